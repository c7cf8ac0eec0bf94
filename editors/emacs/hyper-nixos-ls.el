;; Eglot starts hyper-nixos-ls for Nix files; nix-mode or nix-ts-mode brings the mode for them.
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               '((nix-mode nix-ts-mode) . ("hyper-nixos-ls" "serve"))))
(dolist (hook '(nix-mode-hook nix-ts-mode-hook))
  (add-hook hook #'eglot-ensure))
