variable "linode_token" {
  description = "Linode API token with object_storage read/write. Prefer LINODE_TOKEN in the environment."
  type        = string
  sensitive   = true
  default     = null

  validation {
    condition     = var.linode_token == null || can(regex("^[!-~]+$", var.linode_token))
    error_message = "linode_token must be a token without blanks or line breaks. To take it from LINODE_TOKEN, leave it out."
  }
}

variable "bucket" {
  description = "Name of the bucket, which nobody else may have in the region. The action looks for <repository>-terraform-state."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "bucket must be 3 to 63 lower-case letters, digits and hyphens, and begin and end with a letter or a digit."
  }
}

variable "region" {
  description = "Linode region of the bucket. The action looks in us-east, whose endpoint is us-east-1.linodeobjects.com."
  type        = string
  default     = "us-east"

  validation {
    condition     = can(regex("^[a-z]{2}-[a-z]+(-[0-9]+)?$", var.region))
    error_message = "region must be the id of a region, such as us-east or de-fra-2: https://api.linode.com/v4/regions lists them."
  }
}
