# Several hosts that act as one.
{ config, lib, ... }:
{
  options.hypervisor.experiments.cluster = {
    enable = lib.mkEnableOption "membership in a cluster";

    peers = lib.mkOption {
      type = lib.types.listOf lib.types.str;
      default = [ ];
      example = [ "hyper2.example.org" ];
      description = "The other hosts.";
    };
  };

  config = lib.optionalAttrs config.hypervisor.experiments.cluster.enable {
    services.etcd = {
      enable = true;
      initialCluster = config.hypervisor.experiments.cluster.peers;
    };
  };
}
