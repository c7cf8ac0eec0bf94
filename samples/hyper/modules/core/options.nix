# Options that modules of every topic lean on. An option that only one topic needs belongs beside its
# implementation instead.
{ lib, ... }:
{
  options.hypervisor.management = {
    userName = lib.mkOption {
      type = lib.types.str;
      default = "operator";
      example = "admin";
      description = "Account that operates this host: it runs the dashboard, owns the guests and may log in.";
    };

    stateDirectory = lib.mkOption {
      type = lib.types.path;
      default = "/var/lib/hypervisor";
      description = "Directory below which the host keeps its own state.";
    };

    domain = lib.mkOption {
      type = lib.types.str;
      default = "hypervisor.local";
      example = "hyper.example.org";
      description = "Domain name under which the host's services are reached.";
    };
  };
}
