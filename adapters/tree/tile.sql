select hashes from tile where collection = :collection and level = :level and tile = :tile
