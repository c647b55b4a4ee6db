terraform {
  # The floor is what was validated: older versions may work, none was tried. OpenTofu has every feature used here.
  required_version = ">= 1.11.4"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # Attributes that only one of the two majors has are avoided. Validated at 5.100.0.
      version = ">= 5.100.0, < 7.0.0"
    }
  }
}
