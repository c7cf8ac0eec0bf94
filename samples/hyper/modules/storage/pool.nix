# The volume that disk images live on.
{ config, lib, ... }:
{
  options.hypervisor.storage = {
    enable = lib.mkEnableOption "a volume for disk images";

    device = lib.mkOption {
      type = lib.types.str;
      example = "/dev/disk/by-label/vm-pool";
      description = "Block device with the volume's file system.";
    };

    mountPoint = lib.mkOption {
      type = lib.types.path;
      default = "/srv/vm-pool";
      description = "Where the volume is mounted.";
    };

    fsType = lib.mkOption {
      type = lib.types.enum [
        "btrfs"
        "ext4"
        "xfs"
      ];
      default = "xfs";
      description = "File system of the volume.";
    };
  };

  config = lib.mkIf config.hypervisor.storage.enable {
    fileSystems.${config.hypervisor.storage.mountPoint} = {
      device = config.hypervisor.storage.device;
      fsType = config.hypervisor.storage.fsType;
      options = [ "noatime" ];
    };
    services.fstrim.enable = true;
  };
}
