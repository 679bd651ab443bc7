// Asks Go's own transparency log what it makes of ours: reads roots, proofs and notes from
// standard input, and writes what it does not agree with.
package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"

	"oracle/note"
	"oracle/tlog"
)

type inclusion struct {
	Index, Size int64
	Path        []string
}

type consistency struct {
	Old, New int64
	Path     []string
}

type given struct {
	Lines, Roots []string
	Inclusion    []inclusion
	Consistency  []consistency
	Notes        []struct{ Note, Key string }
}

func main() {
	var g given
	if err := json.NewDecoder(os.Stdin).Decode(&g); err != nil {
		panic(err)
	}
	said := []string{}
	complain := func(what string, err error) {
		said = append(said, fmt.Sprintf("%s: %v", what, err))
	}
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		var found []tlog.Hash
		for _, i := range at {
			found = append(found, stored[i])
		}
		return found, nil
	})
	roots := []tlog.Hash{}
	for n, line := range g.Lines {
		hashes, err := tlog.StoredHashes(int64(n), unhex(line), reader)
		if err != nil {
			panic(err)
		}
		stored = append(stored, hashes...)
		root, err := tlog.TreeHash(int64(n+1), reader)
		if err != nil || hex.EncodeToString(root[:]) != g.Roots[n] {
			complain(fmt.Sprintf("root %d", n+1), err)
		}
		roots = append(roots, root)
	}
	for _, p := range g.Inclusion {
		err := tlog.CheckRecord(hashes(p.Path), p.Size, roots[p.Size-1], p.Index, tlog.RecordHash(unhex(g.Lines[p.Index])))
		if err != nil {
			complain(fmt.Sprint("inclusion ", p), err)
		}
	}
	for _, p := range g.Consistency {
		if err := tlog.CheckTree(hashes(p.Path), p.New, roots[p.New-1], p.Old, roots[p.Old-1]); err != nil {
			complain(fmt.Sprint("consistency ", p), err)
		}
	}
	for _, n := range g.Notes {
		key, err := note.NewVerifier(n.Key)
		if err == nil {
			_, err = note.Open([]byte(n.Note), note.VerifierList(key))
		}
		if err != nil {
			complain("note", err)
		}
	}
	json.NewEncoder(os.Stdout).Encode(said)
}

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

func hashes(path []string) []tlog.Hash {
	found := []tlog.Hash{}
	for _, s := range path {
		found = append(found, tlog.Hash(unhex(s)))
	}
	return found
}
