// Completion of commands, options and files in a shell.
import { type Command, commandNames, everyOption, loadCommand, optionName, wrongUse } from "./command";

type Offered = ReturnType<typeof offered>;

const shells: Readonly<Record<string, (commands: Offered) => string>> = { bash, zsh, fish };

export const command: Command = {
  summary: "print a script that completes commands in your shell",
  usage: "playlake completion bash|zsh|fish",
  about: "Prints a script that completes commands and options in your shell.",
  options: {},
  examples: [
    "playlake completion bash > ~/.local/share/bash-completion/completions/playlake",
    'playlake completion zsh > "$fpath[1]/_playlake"',
    "playlake completion fish > ~/.config/fish/completions/playlake.fish",
  ],
  async run({ positionals: [shell = "", ...more], terminal }) {
    const script = Object.hasOwn(shells, shell) ? shells[shell] : undefined;
    if (script === undefined || more.length > 0) throw wrongUse("completion: name one of bash, zsh, fish");
    terminal.out(script(offered()));
  },
};

/** Each command, with its options. */
function offered() {
  return commandNames.map((name) => {
    const { summary, options } = loadCommand(name);
    const typed = Object.keys({ ...options, ...everyOption });
    return { name, summary: summary.replace(/'/g, ""), options: typed.map((option) => `--${optionName(option)}`) };
  });
}

function bash(commands: Offered): string {
  const cases = commands.map(({ name, options }) => `    ${name}) words="${options.join(" ")}" ;;`);
  return `# bash completion for playlake
_playlake() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${commands.map(({ name }) => name).join(" ")}"
  else case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
  esac; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _playlake playlake
`;
}

function zsh(commands: Offered): string {
  const names = commands.map(({ name, summary }) => `    '${name}:${summary}'`);
  const cases = commands.map(({ name, options }) => `    ${name}) _values option ${options.join(" ")}; _files ;;`);
  return `#compdef playlake
_playlake() {
  local -a commands=(
${names.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
  else case "$words[2]" in
${cases.join("\n")}
  esac; fi
}
_playlake "$@"
`;
}

function fish(commands: Offered): string {
  const lines = commands.flatMap(({ name, summary, options }) => [
    `complete -c playlake -n __fish_use_subcommand -f -a ${name} -d '${summary}'`,
    ...options.map((option) => `complete -c playlake -n '__fish_seen_subcommand_from ${name}' -l ${option.slice(2)}`),
  ]);
  return `# fish completion for playlake\n${lines.join("\n")}\n`;
}
