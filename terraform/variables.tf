variable "linode_token" {
  description = "Linode API token with lke, linodes and volumes read/write and events read. Prefer LINODE_TOKEN in the environment."
  type        = string
  sensitive   = true
  default     = null

  validation {
    condition     = var.linode_token == null || can(regex("^[!-~]+$", var.linode_token))
    error_message = "linode_token must be a token without blanks or line breaks. To take it from LINODE_TOKEN, leave it out."
  }
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

  validation {
    condition     = can(regex("^[a-z]{2}-[a-z]+(-[0-9]+)?$", var.region))
    error_message = "region must be the id of a region, such as us-east or de-fra-2: https://api.linode.com/v4/regions lists them."
  }
}

variable "k8s_version" {
  description = "Kubernetes minor version. Linode offers only the newest ones for new clusters, and cannot go back to an older one. A change recycles every node."
  type        = string
  default     = "1.35"

  validation {
    condition     = can(regex("^1\\.[1-9][0-9]*$", var.k8s_version))
    error_message = "k8s_version must be a minor version like 1.35: Linode chooses the patch."
  }
}

variable "node_type" {
  description = "Linode plan of the nodes. Changing it replaces the whole pool at once, which is an outage."
  type        = string
  default     = "g6-standard-2"

  validation {
    condition     = can(regex("^g[0-9]+-[a-z0-9-]+$", var.node_type))
    error_message = "node_type must be the id of a plan, such as g6-standard-2: https://api.linode.com/v4/linode/types lists them."
  }
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

variable "high_availability" {
  description = "Whether the control plane runs more than once, for some 60 USD a month. It cannot be taken back."
  type        = bool
  default     = false
  nullable    = false
}

variable "api_ranges" {
  description = "Networks that reach the Kubernetes API, such as 203.0.113.0/24. With an empty list everybody does again; null leaves it as it is. GitHub's own runners have no fixed addresses: they are shut out."
  type        = list(string)
  default     = null

  validation {
    condition     = var.api_ranges == null ? true : alltrue([for range in var.api_ranges : can(cidrhost(range, 0))])
    error_message = "api_ranges must be networks such as 203.0.113.0/24 or 2001:db8::/32; a single address is 203.0.113.7/32."
  }

  validation {
    condition     = var.api_ranges == null ? true : alltrue([for range in var.api_ranges : !endswith(range, "/0")])
    error_message = "api_ranges has the whole internet (/0): give an empty list where everybody is to reach the API."
  }
}

variable "volume_size" {
  description = "Size in GB of a volume beside the cluster, or 0 for none. It can grow and never shrink."
  type        = number
  default     = 0

  validation {
    condition     = var.volume_size == 0 || (var.volume_size >= 10 && floor(var.volume_size) == var.volume_size)
    error_message = "volume_size must be 0, or a whole number of at least 10, Linode's smallest volume."
  }
}

variable "kubeconfig_file" {
  description = "A file to write the kubeconfig to, readable by its owner alone, or \"\" for none. Keep it out of git."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.kubeconfig_file == "" || can(regex("[^/]$", var.kubeconfig_file))
    error_message = "kubeconfig_file must be the path of a file, such as kubeconfig.yaml, and not of a folder."
  }
}
