//! Reads and definitions, through helper functions, aliases and submodules.

use super::check;
use expect_test::expect;

#[test]
fn reads_by_helper_functions() {
    check(
        r#"
{ config, lib, ... }:
let
  cfg = config.hypervisor.web;
  isOn = name: config.hypervisor.${name}.enable;
  portOf = service: service.port + 1;
  with_ = f: f cfg;
  inherit (config.hypervisor) backup;
in {
  config = lib.mkIf (isOn "web") {
    a = portOf cfg;
    b = with_ (c: c.host);
    c = map (name: config.hypervisor.${name}.size) [ "disk" "memory" ];
    d = backup.target;
    e = lib.attrByPath [ "hypervisor" "net" "bridge" ] null config;
    f = lib.getAttrFromPath [ "hypervisor" "net" "mtu" ] config;
    g = (lib.mkMerge [ cfg.extra ]);
    h = import ./lib.nix { inherit config; };
  };
}
#- lib.nix
{ config }: config.hypervisor.lib.value
"#,
        expect![[r#"
            defines a = Unknown mkIf (isOn "web")
            defines b = Unknown mkIf (isOn "web")
            defines c = List { items: [KnownPart { at: Location { file: "/ws/module.nix", range: 342..348 }, value: Unknown, is_certain: true }, KnownPart { at: Location { file: "/ws/module.nix", range: 349..357 }, value: Unknown, is_certain: true }], complete: true } mkIf (isOn "web")
            defines d = Unknown mkIf (isOn "web")
            defines e = Unknown mkIf (isOn "web")
            defines f = Unknown mkIf (isOn "web")
            defines g = Unknown mkIf (isOn "web")
            defines h = Unknown mkIf (isOn "web")
            reads hypervisor.web by config.hypervisor.web
            reads hypervisor.web.enable by config.hypervisor.${name}.enable
            reads hypervisor.web.port by service.port
            reads hypervisor.web by cfg
            reads hypervisor by config.hypervisor
            reads hypervisor.backup by backup
            reads hypervisor.web by cfg mkIf (isOn "web")
            reads hypervisor.web.host by c.host mkIf (isOn "web")
            reads hypervisor.disk.size by config.hypervisor.${name}.size mkIf (isOn "web")
            reads hypervisor.memory.size by config.hypervisor.${name}.size mkIf (isOn "web")
            reads hypervisor.backup.target by backup.target mkIf (isOn "web")
            reads hypervisor.net.bridge or default by lib.attrByPath [ "hypervisor" "net" "bridge" ] null config mkIf (isOn "web")
            reads  by config mkIf (isOn "web")
            reads hypervisor.net.mtu by lib.getAttrFromPath [ "hypervisor" "net" "mtu" ] config mkIf (isOn "web")
            reads  by config mkIf (isOn "web")
            reads hypervisor.web.extra by cfg.extra mkIf (isOn "web")
            reads  by config mkIf (isOn "web")
            reads hypervisor.lib.value by config.hypervisor.lib.value
            alias cfg = hypervisor.web
            alias backup = hypervisor.backup
            Definition a needs hypervisor.web.port at service.port
            Definition a (mkIf) needs hypervisor.web.enable at (isOn "web")
            Definition b needs hypervisor.web.host at with_ (c: c.host)
            Definition b (mkIf) needs hypervisor.web.enable at (isOn "web")
            Definition c (elements) needs hypervisor.disk.size at "disk"
            Definition c (elements) needs hypervisor.memory.size at "memory"
            Definition c (mkIf) needs hypervisor.web.enable at (isOn "web")
            Definition d needs hypervisor.backup.target at backup.target
            Definition d (mkIf) needs hypervisor.web.enable at (isOn "web")
            Definition e needs hypervisor.net.bridge at lib.attrByPath [ "hypervisor" "net" "bridge" ] null config
            Definition e (mkIf) needs hypervisor.web.enable at (isOn "web")
            Definition h needs hypervisor.lib.value at import ./lib.nix { inherit config; }
            Definition h (mkIf) needs hypervisor.web.enable at (isOn "web")
            Definition f needs hypervisor.net.mtu at lib.getAttrFromPath [ "hypervisor" "net" "mtu" ] config
            Definition f (mkIf) needs hypervisor.web.enable at (isOn "web")
            Definition g (mkIf) needs hypervisor.web.enable at (isOn "web")
            Definition g (mkIf) needs hypervisor.web.enable at (isOn "web")
            Definition g needs hypervisor.web.extra at cfg.extra
            Definition g (mkIf) needs hypervisor.web.enable at (isOn "web")
        "#]],
    );
}

#[test]
fn what_is_asked_of_options() {
    check(
        r#"
{ config, options, lib, ... }:
let
  opt = options.hypervisor.web;
in {
  config = lib.mkIf (options.hypervisor.web.port.isDefined && opt.host.isDefined) {
    a = opt.port.default;
    b = lib.optionalAttrs (options ? services.auditd) { c = 1; };
    d = lib.mkIf (options.hypervisor ? extra) config.hypervisor.extra.x;
    e = lib.hasAttrByPath [ "hypervisor" "more" ] options;
  };
}
"#,
        expect![[r#"
            defines a = Unknown mkIf (options.hypervisor.web.port.isDefined && opt.host.isDefined)
            defines b.c = Int(1) if (options ? services.auditd) mkIf (options.hypervisor.web.port.isDefined && opt.host.isDefined)
            defines d = Unknown mkIf (options.hypervisor.web.port.isDefined && opt.host.isDefined)
            defines e = Unknown mkIf (options.hypervisor.web.port.isDefined && opt.host.isDefined)
            reads of options hypervisor.web by options.hypervisor.web
            reads of options hypervisor.web.port.isDefined by options.hypervisor.web.port.isDefined
            reads of options hypervisor.web.host.isDefined by opt.host.isDefined guarded by options.hypervisor.web.port.isDefined
            reads of options hypervisor.web.port.default by opt.port.default mkIf (options.hypervisor.web.port.isDefined && opt.host.isDefined)
            reads of options services.auditd probed by options ? services.auditd mkIf (options.hypervisor.web.port.isDefined && opt.host.isDefined)
            reads of options hypervisor by options.hypervisor mkIf (options.hypervisor.web.port.isDefined && opt.host.isDefined)
            reads of options hypervisor.extra probed by options.hypervisor ? extra mkIf (options.hypervisor.web.port.isDefined && opt.host.isDefined)
            reads hypervisor.extra.x by config.hypervisor.extra.x mkIf (options.hypervisor ? extra) mkIf (options.hypervisor.web.port.isDefined && opt.host.isDefined)
            reads of options hypervisor.more probed by lib.hasAttrByPath [ "hypervisor" "more" ] options mkIf (options.hypervisor.web.port.isDefined && opt.host.isDefined)
            reads of options  by options mkIf (options.hypervisor.web.port.isDefined && opt.host.isDefined)
            alias opt = hypervisor.web
            Definition d needs hypervisor.extra.x at config.hypervisor.extra.x
        "#]],
    );
}

#[test]
fn guarded_reads() {
    check(
        r#"
{ config, lib, ... }:
let
  cfg = config.hypervisor.web;
in {
  a = cfg.port or 80;
  b = (cfg.tls).port or 443;
  c = lib.optional (cfg ? tls && cfg.tls.enable) cfg.tls.port;
  d = if config.hypervisor ? vms then config.hypervisor.vms else { };
  e = config.hypervisor.vms.web1.memory;
  f = config.hypervisor.vms.${config.networking.hostName}.memory;
}
"#,
        expect![[r#"
            defines a = Unknown
            defines b = Unknown
            defines c = Unknown
            defines e = Unknown
            defines f = Unknown
            reads hypervisor.web by config.hypervisor.web
            reads hypervisor.web.port or default by cfg.port or 80
            reads hypervisor.web.tls.port or default by (cfg.tls).port or 443
            reads hypervisor.web.tls by cfg.tls
            reads hypervisor.web.tls probed by cfg ? tls
            reads hypervisor.web.tls.enable by cfg.tls.enable guarded by cfg ? tls
            reads hypervisor.web.tls.port by cfg.tls.port if (cfg ? tls && cfg.tls.enable)
            reads hypervisor by config.hypervisor
            reads hypervisor.vms probed by config.hypervisor ? vms
            reads hypervisor.vms by config.hypervisor.vms if config.hypervisor ? vms
            reads hypervisor.vms.web1.memory by config.hypervisor.vms.web1.memory
            reads hypervisor.vms.${…}.memory by config.hypervisor.vms.${config.networking.hostName}.memory
            reads networking.hostName by config.networking.hostName
            alias cfg = hypervisor.web
            Definition a needs hypervisor.web.port at cfg.port or 80
            Definition b needs hypervisor.web.tls.port at (cfg.tls).port or 443
            Definition c needs hypervisor.web at cfg ? tls
            Definition c needs perhaps hypervisor.web.tls.enable at cfg.tls.enable
            Definition c (elements) needs perhaps hypervisor.web.tls.port at cfg.tls.port
            Definition d needs hypervisor at config.hypervisor ? vms
            Definition d needs perhaps hypervisor.vms at config.hypervisor.vms
            Definition d needs perhaps hypervisor.vms at config.hypervisor.vms
            Definition e needs hypervisor.vms.web1.memory at config.hypervisor.vms.web1.memory
            Definition f needs networking.hostName at config.networking.hostName
            Definition f needs hypervisor.vms.${…}.memory at config.hypervisor.vms.${config.networking.hostName}.memory
        "#]],
    );
}

#[test]
fn definitions_by_helper_functions() {
    check(
        r#"
{ config, lib, ... }:
let
  vm = name: memory: { hypervisor.vms.${name}.memory = memory; };
  mkService = extra: { enable = true; } // extra;
in {
  config = lib.mkMerge ([
    (vm "web1" 512)
    { services.nginx = mkService { port = 80; }; }
    (lib.mkIf config.hypervisor.web.enable (vm "db" 1024))
  ] ++ map (name: { hypervisor.users.${name}.enable = lib.mkDefault true; }) [ "a" "b" ]);
}
"#,
        expect![[r#"
            defines hypervisor.vms.web1.memory = Int(512)
            defines services.nginx.enable = Bool(true)
            defines services.nginx.port = Int(80)
            defines hypervisor.vms.db.memory = Int(1024) mkIf config.hypervisor.web.enable
            defines hypervisor.users.a.enable = Bool(true) at Some(1000)
            defines hypervisor.users.b.enable = Bool(true) at Some(1000)
            reads hypervisor.web.enable by config.hypervisor.web.enable
            Definition hypervisor (mkIf) needs hypervisor.web.enable at config.hypervisor.web.enable
            Definition hypervisor.vms (mkIf) needs hypervisor.web.enable at config.hypervisor.web.enable
            Definition hypervisor.vms.db (mkIf) needs hypervisor.web.enable at config.hypervisor.web.enable
            Definition hypervisor.vms.db.memory (mkIf) needs hypervisor.web.enable at config.hypervisor.web.enable
        "#]],
    );
}

#[test]
fn a_submodule_s_config_and_the_outer_one() {
    check(
        r#"
{ config, lib, ... }:
let
  outer = config;
in {
  options.hypervisor.vms = lib.mkOption {
    type = lib.types.attrsOf (lib.types.submodule ({ config, name, options, ... }: {
      options.memory = lib.mkOption { type = lib.types.int; default = outer.hypervisor.defaults.memory; };
      options.label = lib.mkOption { type = lib.types.str; default = "${name}-${toString config.memory}"; };
      config = lib.mkIf (config.label != "" && options.label.isDefined) { disk = config.memory * 2; };
    }));
  };
}
"#,
        expect![[r#"
            declares hypervisor.vms: attribute set of (submodule)
            declares hypervisor.vms.<name>.memory: signed integer = outer.hypervisor.defaults.memory
            declares hypervisor.vms.<name>.label: string = "${name}-${toString config.memory}"
            defines hypervisor.vms.<name>.disk = Unknown mkIf (config.label != "" && options.label.isDefined)
            reads  by config
            reads hypervisor.defaults.memory by outer.hypervisor.defaults.memory
            reads hypervisor.vms.<name>.memory by config.memory
            reads hypervisor.vms.<name>.label by config.label
            reads of options hypervisor.vms.<name>.label.isDefined by options.label.isDefined guarded by config.label != ""
            reads hypervisor.vms.<name>.memory by config.memory mkIf (config.label != "" && options.label.isDefined)
            alias outer = 
            Declaration hypervisor.vms.<name>.memory @1500 needs hypervisor.defaults.memory at outer.hypervisor.defaults.memory
            Definition hypervisor.vms.<name>.disk needs hypervisor.vms.<name>.memory at config.memory
            Definition hypervisor.vms.<name>.disk (mkIf) needs hypervisor.vms.<name>.label at config.label
            Declaration hypervisor.vms.<name>.label @1500 needs hypervisor.vms.<name>.memory at config.memory
        "#]],
    );
}
