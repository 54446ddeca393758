package main

import "testing"

const extra = `
variable "type" { default = "g6-standard-2" }
variable "max" { default = 3 }

resource "linode_lke_cluster" "b" {
  label              = "wpp-bot-b"
  region             = "us-east"
  k8s_version        = "1.34"
  external_pool_tags = ["external"]
  control_plane {
    high_availability = false
    acl {
      enabled = true
      addresses {
        ipv4 = ["203.0.113.0/24"]
      }
    }
  }
  pool {
    type  = var.type
    label = "default"
    autoscaler {
      min = 1
      max = var.max
    }
  }
}
resource "linode_lke_node_pool" "db" {
  cluster_id = linode_lke_cluster.b.id
  type       = "g6-standard-2"
  tags       = ["external"]
  labels     = { role = "db" }
  autoscaler {
    min = 1
    max = 2
  }
}
resource "linode_object_storage_bucket" "state" {
  region = "us-east"
  label  = "wpp-bot-tfstate"
}
resource "linode_object_storage_key" "state" {
  label = "wpp-bot-tfstate"
  bucket_access {
    region      = "us-east"
    bucket_name = linode_object_storage_bucket.state.label
    permissions = "read_write"
  }
}
`

func TestPoolsAndObjectStorageLikeTheRealProvider(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.configure(extra)
	w.must(0, "init")
	w.apply()
	expectCalls(t, "extra-create", w.taken())
	w.must(0, "plan", "-detailed-exitcode")
	w.taken()

	scaleOutOfBand(t, w, 3)
	w.apply("-var=max=5")
	expectCalls(t, "autoscaler-max-5-while-real-count-differs", w.taken())

	w.apply("-var=max=5", "-var=type=g6-standard-4")
	expectCalls(t, "pool-type-change", w.taken())

	w.must(0, "destroy", "-auto-approve", "-var=max=5", "-var=type=g6-standard-4")
	expectCalls(t, "extra-destroy", w.taken())
}
