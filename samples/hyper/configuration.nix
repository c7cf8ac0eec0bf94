{ ... }:
{
  imports = [
    ./hardware-configuration.nix

    ./modules/core/options.nix

    ./modules/web/dashboard.nix
    ./modules/web/proxy.nix

    ./modules/monitoring/prometheus.nix
    ./modules/monitoring/exporter.nix
    ./modules/monitoring/alerts.nix
    ./modules/monitoring/grafana.nix

    ./modules/security/profiles.nix
    ./modules/security/ssh.nix
    ./modules/security/audit.nix

    ./modules/automation/backup.nix
    ./modules/automation/maintenance.nix

    ./modules/network-settings/firewall.nix
    ./modules/network-settings/bridges.nix

    ./modules/virtualization/vms.nix
    ./modules/virtualization/gpu.nix

    ./modules/storage/pool.nix
    ./modules/system/host-defaults.nix
  ];

  networking.hostName = "hyper";
  system.stateVersion = "25.05";

  hypervisor.management = {
    userName = "operator";
    domain = "hyper.example.org";
  };

  hypervisor.web = {
    enable = true;
    workers = 4;
    proxy = {
      enable = true;
      acmeEmail = "hostmaster@example.org";
    };
  };

  hypervisor.monitoring = {
    prometheus.enable = true;
    exporter.enable = true;
    grafana.enable = true;
  };

  hypervisor.security = {
    enable = true;
    profile = "management";
    ssh.enable = true;
    audit.enable = true;
  };

  hypervisor.network = {
    firewall.enable = true;
    bridges = {
      enable = true;
      devices.br0.interfaces = [ "enp3s0" ];
    };
  };

  hypervisor.storage = {
    enable = true;
    device = "/dev/disk/by-label/vm-pool";
  };

  hypervisor.automation = {
    backup = {
      enable = true;
      repository = "sftp:backup@vault.example.org:/srv/restic/hyper";
      passwordFile = "/run/keys/restic";
    };
    maintenance.enable = true;
  };

  hypervisor.virtualization = {
    enable = true;
  };

  hypervisor.vms = {
    web = {
      memory = 4096;
      cores = 2;
      autostart = true;
    };
    build = {
      memory = 16384;
      cores = 8;
      diskSize = 200;
    };
  };

  hypervisor.locale = {
    enable = true;
    timeZone = "Europe/Zurich";
  };
}
