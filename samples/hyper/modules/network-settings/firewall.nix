# What the host lets in.
{ config, lib, ... }:
{
  options.hypervisor.network.firewall = {
    enable = lib.mkEnableOption "the host's firewall";

    trustedInterfaces = lib.mkOption {
      type = lib.types.listOf lib.types.str;
      default = [ ];
      example = [ "br0" ];
      description = "Interfaces whose traffic is let in unfiltered.";
    };

    extraPorts = lib.mkOption {
      type = lib.types.listOf lib.types.port;
      default = [ ];
      example = [ 51820 ];
      description = "Further TCP ports to open to everyone.";
    };

    logRefused = lib.mkOption {
      type = lib.types.bool;
      default = true;
      description = "Whether refused connections are written to the journal.";
    };
  };

  config = lib.mkIf config.hypervisor.network.firewall.enable {
    networking.nftables.enable = true;
    networking.firewall = {
      enable = true;
      allowedTCPPorts = [ 443 8080 ] ++ config.hypervisor.network.firewall.extraPorts;
      logRefusedConnections = config.hypervisor.network.firewall.logRefused;
      trustedInterfaces = config.hypervisor.network.firewall.trustedInterfaces;
    };
  };
}
