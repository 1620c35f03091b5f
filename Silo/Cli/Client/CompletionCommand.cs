using System.CommandLine;

namespace Mesh.Silo.Cli.Client;

/// <summary><c>mesh completion SHELL</c>: a script that makes the shell ask this program for completions.</summary>
internal static class CompletionCommand
{
    public static Command Create()
    {
        Argument<string> shell = new("shell") { Description = "bash, zsh, fish or pwsh" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        Command command = new("completion", "Print a completion script, such as: mesh completion bash > /etc/bash_completion.d/mesh") { shell };
        command.SetAction(parsed => Console.Out.Write(Script(parsed.GetValue(shell)!)));
        return command;
    }

    private static string Script(string shell) => shell switch
    {
        "bash" => """
            _mesh_complete() {
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$(mesh "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _mesh_complete mesh

            """,
        "zsh" => """
            #compdef mesh
            _mesh() {
                local -a completions
                completions=("${(@f)$(mesh "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
                compadd -- "${completions[@]}"
                _files
            }
            compdef _mesh mesh

            """,
        "fish" => """
            complete -c mesh -a '(mesh "[suggest:"(commandline -C)"]" (commandline -p) 2>/dev/null)'

            """,
        _ => """
            Register-ArgumentCompleter -Native -CommandName mesh -ScriptBlock {
                param($word, $command, $position)
                mesh "[suggest:$position]" "$command" 2>$null | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
            }

            """,
    };
}
