using System.CommandLine;
using RegistryCache.Cli.Options;

namespace RegistryCache.Cli.Help;

/// <summary>The help of the tool and of each command, made from the options that the command declares.</summary>
internal static class HelpPage
{
    private const string Tool = "registry-cache";
    private const int DefaultWidth = 100;
    private const int LeastText = 30;

    private static readonly (string, string)[] Forms =
    [
        ("type=registry,ref=ghcr.io/acme/app:cache", "a tag of a registry"),
        ("type=local,src=./cache", "a directory, as a SOURCE"),
        ("type=local,dest=./cache,mode=max", "a directory, as a TARGET"),
    ];

    private static readonly (string, string)[] Codes =
    [
        ("0", "done"), ("1", "failed"), ("2", "wrong usage"), ("3", "no source had a cache, or no key matched"),
        ("4", "a key matched, but could not be restored"),
    ];

    /// <summary>The words that start a command.</summary>
    public static string Path(Command command) => command is ToolCommand ? $"{Tool} {command.Name}" : Tool;

    /// <summary>How a command is written, with everything that must be given.</summary>
    public static string Usage(Command command) => command is not ToolCommand
        ? $"{Tool} COMMAND [options]"
        : string.Join(' ', (string[])
            [
                Path(command),
                .. command.Arguments.Select(a => a.Arity.MinimumNumberOfValues > 0 ? a.Name : $"[{a.Name}]"),
                .. command.Options.Where(o => o.Required).Select(o => $"{o.Name} {o.HelpName}{(IsRepeatable(o) ? "…" : "")}"),
                "[options]",
            ]);

    public static void Write(Command command, ToolRoot root, Terminal terminal)
    {
        List<(string Head, IReadOnlyList<(string Term, string Text)> Rows)> sections = command is ToolCommand
            ?
            [
                ("Arguments", [.. command.Arguments.Select(a => (a.Name, a.Description ?? ""))]),
                ("Options", [.. command.Options.Select(Row)]),
            ]
            : [("Commands", [.. command.Subcommands.Select(c => (c.Name, c.Description ?? ""))])];
        sections.Add(("Options of every command", [.. root.Options.Where(o => command is not ToolCommand || o.Recursive).Select(Row)]));
        var width = terminal.Width ?? DefaultWidth;
        var lines = new HelpLines(terminal, width);
        lines.Paragraph(command.Description ?? "");
        if (command is ToolCommand { Details: { } details })
            lines.Paragraph(details);
        lines.Paragraph($"usage: {Usage(command)}");
        if (command is not ToolCommand)
        {
            sections.Add(("SOURCE and TARGET, as docker buildx build takes them", Forms));
            sections.Add(("Exit codes", Codes));
        }

        foreach (var (head, rows) in sections.Where(s => s.Rows.Count > 0))
            lines.Section(head, rows, Math.Min(rows.Max(row => row.Term.Length) + 4, Math.Max(24, width - LeastText)));
        if (command is not ToolCommand)
            lines.Paragraph($"{Tool} COMMAND --help shows the options of a command.");
    }

    private static (string Term, string Text) Row(Option option)
    {
        var names = string.Join(", ", option.Aliases.Order(StringComparer.Ordinal).Prepend(option.Name));
        var text = option.Description
            + (IsRepeatable(option) ? ". Can be repeated" : "")
            + (option.Required ? " [required]" : option is IValueOption { Default: { } value } ? $" [default: {value}]" : "");
        return (option.HelpName is null ? names : $"{names} {option.HelpName}", text);
    }

    private static bool IsRepeatable(Option option) => option is IValueOption { IsRepeatable: true };
}
