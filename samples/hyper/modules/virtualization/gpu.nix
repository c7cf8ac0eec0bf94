# Handing a graphics card to a guest.
{ config, lib, ... }:
{
  options.hypervisor.virtualization.gpu = {
    enable = lib.mkEnableOption "passing graphics cards through to guests";

    deviceIds = lib.mkOption {
      type = lib.types.listOf (lib.types.strMatching "[0-9a-f]{4}:[0-9a-f]{4}");
      default = [ ];
      example = [
        "10de:2484"
        "10de:228b"
      ];
      description = "Vendor and device of every PCI function to keep from the host, as `lspci -nn` shows them.";
    };

    vendor = lib.mkOption {
      type = lib.types.enum [
        "amd"
        "intel"
      ];
      default = "intel";
      description = "Maker of the processor, whose memory controller isolates the card.";
    };
  };

  config = lib.mkIf config.hypervisor.virtualization.gpu.enable {
    boot.kernelParams = [
      "${config.hypervisor.virtualization.gpu.vendor}_iommu=on"
      "iommu=pt"
    ];
    boot.initrd.kernelModules = [
      "vfio_pci"
      "vfio_iommu_type1"
    ];
    boot.extraModprobeConfig = ''
      options vfio-pci ids=${lib.concatStringsSep "," config.hypervisor.virtualization.gpu.deviceIds}
    '';
  };
}
