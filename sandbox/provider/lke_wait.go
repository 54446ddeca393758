package main

import (
	"context"
	"log"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/retry"
	"github.com/linode/linodego"
)

// waitForReadyNode waits until one node is ready, for 25 seconds and the SDK's grace of 30. The real provider carries
// on when that was not enough, so an apply succeeds without a ready node; this one must, too.
func waitForReadyNode(ctx context.Context, client *linodego.Client, cluster int) {
	options := linodego.LKEClusterPollOptions{TimeoutSeconds: 15 * 60}
	err := retry.RetryContext(ctx, 25*time.Second, func() *retry.RetryError {
		err := client.WaitForLKEClusterConditions(ctx, cluster, options, hasReadyNode)
		if err != nil {
			return retry.RetryableError(err)
		}
		return nil
	})
	if err != nil {
		log.Printf("[WARN] LKE cluster %d has no ready node yet: %s", cluster, err)
	}
}

// recycleCluster replaces every node, and waits until the old ones are gone and the new ones are ready.
func recycleCluster(ctx context.Context, a *account, cluster int, pools []linodego.LKENodePool) error {
	if err := a.sdk.RecycleLKEClusterNodes(ctx, cluster); err != nil {
		return err
	}
	if err := waitForMachinesGone(ctx, a, pools); err != nil {
		return err
	}
	for _, pool := range pools {
		if _, err := waitForPool(ctx, a.sdk, a.nodeReadyPoll, cluster, pool.ID); err != nil {
			return err
		}
	}
	return nil
}

// waitUntilGone waits until the cluster is not found and the machines of its pools are deleted.
func waitUntilGone(ctx context.Context, a *account, cluster int, pools []linodego.LKENodePool) error {
	err := poll(ctx, a.lkeEventPoll, func() (bool, error) {
		_, err := a.sdk.GetLKECluster(ctx, cluster)
		if linodego.IsNotFound(err) {
			return true, nil
		}
		return false, err
	})
	if err != nil || a.skipDeletePoll {
		return err
	}
	return waitForMachinesGone(ctx, a, pools)
}

func waitForMachinesGone(ctx context.Context, a *account, pools []linodego.LKENodePool) error {
	left := []int{}
	for _, pool := range pools {
		for _, node := range pool.Linodes {
			left = append(left, node.InstanceID)
		}
	}
	filter := linodego.Filter{Order: linodego.Descending, OrderBy: "created"}
	filter.AddField(linodego.Eq, "action", linodego.ActionLinodeDelete)
	filter.AddField(linodego.Eq, "entity.type", linodego.EntityLinode)
	text, err := filter.MarshalJSON()
	if err != nil {
		return err
	}
	return poll(ctx, a.lkeEventPoll, func() (bool, error) {
		events, err := a.sdk.ListEvents(ctx, linodego.NewListOptions(1, string(text)))
		for _, event := range events {
			if id, ok := event.Entity.ID.(float64); ok {
				left = slices.DeleteFunc(left, func(machine int) bool { return machine == int(id) })
			}
		}
		return len(left) == 0, err
	})
}

// waitForPool waits until no node of the pool is on its way, and gives the pool as it is then.
func waitForPool(
	ctx context.Context, client *linodego.Client, every time.Duration, cluster, pool int,
) (found *linodego.LKENodePool, err error) {
	err = poll(ctx, every, func() (bool, error) {
		found, err = client.GetLKENodePool(ctx, cluster, pool)
		if err != nil {
			return false, err
		}
		waiting := func(node linodego.LKENodePoolLinode) bool { return node.Status != linodego.LKELinodeReady }
		return !slices.ContainsFunc(found.Linodes, waiting), nil
	})
	return found, err
}
