select stream, name from stream
where collection = :collection and stream > :after and stream <= :until
