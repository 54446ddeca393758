package main

import (
	"context"
	"slices"
)

// reconcilePools makes, changes and deletes pools, and only then waits for the nodes of those that it touched. A pool
// of another type or disk encryption is a new pool, and the old one is deleted at once.
func reconcilePools(ctx context.Context, a *account, cluster int, old, wanted []pool) error {
	touched, obsolete := []int{}, []int{}
	for _, was := range old {
		if !slices.ContainsFunc(wanted, func(p pool) bool { return p.id == was.id }) {
			obsolete = append(obsolete, was.id)
		}
	}
	for _, want := range wanted {
		index := slices.IndexFunc(old, func(was pool) bool { return want.id != 0 && was.id == want.id })
		switch {
		case index >= 0 && replaces(want, old[index]):
			obsolete = append(obsolete, want.id)
			fallthrough
		case index < 0:
			made, err := a.sdk.CreateLKENodePool(ctx, cluster, want.createOptions())
			if err != nil {
				return err
			}
			touched = append(touched, made.ID)
		case !want.same(old[index]):
			if _, err := a.sdk.UpdateLKENodePool(ctx, cluster, want.id, want.updateOptions(old[index])); err != nil {
				return err
			}
			touched = append(touched, want.id)
		}
	}
	for _, id := range obsolete {
		if err := a.sdk.DeleteLKENodePool(ctx, cluster, id); err != nil {
			return err
		}
	}
	for _, id := range touched {
		if _, err := waitForPool(ctx, a.sdk, a.nodeReadyPoll, cluster, id); err != nil {
			return err
		}
	}
	return nil
}

func replaces(want, was pool) bool {
	return want.kind != was.kind || want.diskEncryption != was.diskEncryption
}
