variable "linode_token" {
  description = "Linode API token with lke, linodes and volumes read/write and events read. Prefer LINODE_TOKEN in the environment."
  type        = string
  sensitive   = true
  default     = null
}

variable "label" {
  description = "Name of the cluster; the volume is called <label>-data."
  type        = string
  default     = "wpp-bot"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,26}$", var.label))
    error_message = "label must be 2 to 27 lower-case letters, digits and hyphens, and start with a letter: a volume's label ends at 32 characters."
  }
}

variable "region" {
  description = "Linode region of the cluster and the volume. Changing it replaces both."
  type        = string
  default     = "us-east"
}

variable "k8s_version" {
  description = "Kubernetes minor version. Linode offers only the newest ones for new clusters, and cannot go back to an older one. A change recycles every node."
  type        = string
  default     = "1.33"

  validation {
    condition     = can(regex("^1\\.[1-9][0-9]*$", var.k8s_version))
    error_message = "k8s_version must be a minor version like 1.33: Linode chooses the patch."
  }
}

variable "node_type" {
  description = "Linode plan of the nodes. Changing it replaces the whole pool at once, which is an outage."
  type        = string
  default     = "g6-standard-2"
}

variable "node_minimum" {
  description = "Fewest nodes that the autoscaler keeps."
  type        = number
  default     = 1

  validation {
    condition     = var.node_minimum >= 1 && var.node_minimum <= 100 && floor(var.node_minimum) == var.node_minimum
    error_message = "node_minimum must be a whole number from 1 to 100."
  }
}

variable "node_maximum" {
  description = "Most nodes that the autoscaler makes: the ceiling of the bill."
  type        = number
  default     = 3

  validation {
    condition     = var.node_maximum >= var.node_minimum && var.node_maximum <= 100 && floor(var.node_maximum) == var.node_maximum
    error_message = "node_maximum must be a whole number from node_minimum to 100."
  }
}

variable "volume_size" {
  description = "Size of the volume in GB. It can grow and never shrink."
  type        = number
  default     = 20

  validation {
    condition     = var.volume_size >= 10 && floor(var.volume_size) == var.volume_size
    error_message = "volume_size must be a whole number of at least 10, Linode's smallest volume."
  }
}
