# Bridges that guests are plugged into.
{ config, lib, ... }:
let
  bridge = lib.types.submodule {
    options = {
      interfaces = lib.mkOption {
        type = lib.types.listOf lib.types.str;
        default = [ ];
        example = [ "enp3s0" ];
        description = "Physical interfaces that belong to the bridge. None: guests talk among themselves.";
      };

      address = lib.mkOption {
        type = lib.types.nullOr lib.types.str;
        default = null;
        example = "192.0.2.1";
        description = "The host's own IPv4 address on the bridge, or null for DHCP.";
      };

      prefixLength = lib.mkOption {
        type = lib.types.ints.between 0 32;
        default = 24;
        description = "Length of the network's prefix in bits.";
      };
    };
  };
in
{
  options.hypervisor.network.bridges = {
    enable = lib.mkEnableOption "bridges for guests";

    devices = lib.mkOption {
      type = lib.types.attrsOf bridge;
      default = { };
      example = {
        br0.interfaces = [ "enp3s0" ];
      };
      description = "The bridges, by the name of their device.";
    };
  };

  config = lib.mkIf config.hypervisor.network.bridges.enable {
    networking.bridges = lib.mapAttrs (_name: device: {
      inherit (device) interfaces;
    }) config.hypervisor.network.bridges.devices;

    networking.interfaces = lib.mapAttrs (_name: device: {
      useDHCP = device.address == null;
      ipv4.addresses = lib.optional (device.address != null) {
        inherit (device) address prefixLength;
      };
    }) config.hypervisor.network.bridges.devices;
  };
}
