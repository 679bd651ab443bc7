select {places}
