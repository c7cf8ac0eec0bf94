# Guests, each declared as an entry of `hypervisor.vms` and run as a service of its own.
{
  config,
  lib,
  pkgs,
  ...
}:
{
  options.hypervisor.virtualization.enable = lib.mkEnableOption "virtual machines on this host";

  options.hypervisor.vms = lib.mkOption {
    default = { };
    description = "The guests of this host, by name.";
    example = {
      web = {
        memory = 4096;
        cores = 2;
      };
    };
    type = lib.types.attrsOf (
      lib.types.submodule (
        { name, ... }:
        {
          options = {
            memory = lib.mkOption {
              type = lib.types.ints.between 128 1048576;
              default = 2048;
              description = "Memory of the guest in MiB.";
            };

            cores = lib.mkOption {
              type = lib.types.ints.positive;
              default = 1;
              description = "Number of virtual processors.";
            };

            hostName = lib.mkOption {
              type = lib.types.str;
              default = name;
              defaultText = lib.literalExpression "name";
              description = "Name under which the guest is known on the network.";
            };

            diskSize = lib.mkOption {
              type = lib.types.ints.positive;
              default = 20;
              description = "Size of the guest's disk in GiB, used when the disk is first made.";
            };

            bridge = lib.mkOption {
              type = lib.types.str;
              default = "br0";
              description = "Bridge that the guest is plugged into.";
            };

            autostart = lib.mkOption {
              type = lib.types.bool;
              default = false;
              description = "Whether the guest starts with the host.";
            };
          };
        }
      )
    );
  };

  config = lib.mkIf config.hypervisor.virtualization.enable {
    boot.kernelModules = [
      "kvm-amd"
      "kvm-intel"
    ];

    systemd.services = lib.mapAttrs' (
      name: vm:
      lib.nameValuePair "hypervisor-vm-${name}" {
        description = "Virtual machine ${vm.hostName}";
        after = [ "network.target" ];
        wantedBy = lib.optional vm.autostart "multi-user.target";
        path = [ pkgs.qemu_kvm ];
        preStart = ''
          image=${config.hypervisor.management.stateDirectory}/images/${name}.qcow2
          if [ ! -e "$image" ]; then
            qemu-img create -f qcow2 "$image" ${toString vm.diskSize}G
          fi
        '';
        serviceConfig = {
          User = config.hypervisor.management.userName;
          ExecStart = lib.concatStringsSep " " [
            "${pkgs.qemu_kvm}/bin/qemu-system-x86_64"
            "-name ${vm.hostName}"
            "-enable-kvm"
            "-m ${toString vm.memory}"
            "-smp ${toString vm.cores}"
            "-nic bridge,br=${vm.bridge}"
            "-drive file=${config.hypervisor.management.stateDirectory}/images/${name}.qcow2,if=virtio"
          ];
        };
      }
    ) config.hypervisor.vms;

    systemd.tmpfiles.rules = [
      "d ${config.hypervisor.management.stateDirectory}/images 0750 ${config.hypervisor.management.userName} - - -"
    ];
  };
}
