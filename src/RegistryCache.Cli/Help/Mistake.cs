using System.CommandLine;
using System.CommandLine.Parsing;
using RegistryCache.Cli.Options;

namespace RegistryCache.Cli.Help;

/// <summary>Says what is wrong with a command line, and what was probably meant.</summary>
internal static class Mistake
{
    /// <returns>The first mistake; <see langword="null"/> if there is none, or only the command is missing.</returns>
    public static string? Find(IReadOnlyList<string> args, ParseResult parsed, CommonOptions common)
    {
        var command = parsed.CommandResult.Command;
        if (FindWithoutValue(args, parsed) is { } name)
            return $"{name} needs a value.";
        if (FindUnknownOption(parsed) is { } option)
            return $"Unknown option {ErrorText.QuoteReference(option)}{DidYouMean(option, OptionsOf(parsed).Select(o => o.Name))}";
        if (parsed.UnmatchedTokens is [var unknown, ..])
        {
            return command is ToolCommand
                ? $"Unexpected argument '{ErrorText.QuoteReference(unknown)}'."
                : $"Unknown command '{ErrorText.QuoteReference(unknown)}'{DidYouMean(unknown, command.Subcommands.Select(c => c.Name))} "
                    + $"The commands are {string.Join(", ", command.Subcommands.Select(c => c.Name))}.";
        }

        foreach (var error in parsed.Errors)
        {
            if (error.SymbolResult is OptionResult { IdentifierTokenCount: > 0 } result)
                return Of(result, error);
        }

        if (command is not ToolCommand)
            return null;

        var arguments = command.Arguments.Where(a => a.Arity.MinimumNumberOfValues > 0).ToList();
        if (arguments.Exists(a => parsed.GetResult(a) is not { Tokens.Count: > 0 }))
            return $"Expected {string.Join(' ', arguments.Select(a => a.Name))}.";
        if (command.Options.FirstOrDefault(o => o.Required && parsed.GetResult(o) is not { IdentifierTokenCount: > 0 }) is { } missing)
            return $"{missing.Name} {missing.HelpName} is missing.";
        if (parsed.GetValue(common.Quiet) && (parsed.GetValue(common.Verbose) || parsed.GetValue(common.Debug)))
            return $"{common.Quiet.Name} cannot be given with {common.Verbose.Name} or {common.Debug.Name}.";
        return parsed.Errors is [var other, ..] ? ErrorText.Clean(other.Message) : null;
    }

    private static string Of(OptionResult result, ParseError error) => result switch
    {
        { Tokens.Count: 0 } => $"{result.Option.Name} needs a value.",
        { Option: not ListOption, IdentifierTokenCount: > 1 } => $"{result.Option.Name} can be given only once.",
        _ => error.Message,
    };

    /// <summary>The library takes the next option for the value of one that has none, such as <c>--key=</c> with an empty
    /// variable.</summary>
    private static string? FindWithoutValue(IReadOnlyList<string> args, ParseResult parsed)
    {
        var options = OptionsOf(parsed).SelectMany(o => o.Aliases.Prepend(o.Name).Select(name => (name, o)))
            .ToDictionary(StringComparer.Ordinal);
        for (var i = 0; i < args.Count && args[i] != "--"; i++)
        {
            var name = NameOf(args[i]);
            if (!options.TryGetValue(name, out var option) || option is not IValueOption)
                continue;
            if (args[i].Length == name.Length + 1)
                return name;
            if (args[i].Length > name.Length || i + 1 == args.Count)
                continue;
            if (options.ContainsKey(NameOf(args[++i])))
                return name;
        }

        return null;

        static string NameOf(string arg) => arg.Split(['=', ':'], 2)[0];
    }

    /// <summary>The library takes an unknown option for an argument, if there is room for one.</summary>
    private static string? FindUnknownOption(ParseResult parsed)
    {
        List<Token> free = [.. parsed.Tokens.TakeWhile(t => t.Type != TokenType.DoubleDash).Where(IsLikeOption)];
        return parsed.CommandResult.Command.Arguments.SelectMany(a => parsed.GetResult(a)?.Tokens ?? [])
                .FirstOrDefault(t => free.Exists(f => ReferenceEquals(f, t)))?.Value
            ?? parsed.UnmatchedTokens.FirstOrDefault(value => free.Exists(t => t.Value == value));
    }

    private static bool IsLikeOption(Token token) => token is { Type: TokenType.Argument, Value: ['-', _, ..] };

    private static IEnumerable<Option> OptionsOf(ParseResult parsed) => parsed.CommandResult.Command.Options
        .Concat(parsed.RootCommandResult.Command.Options.Where(o => o.Recursive)).Distinct();

    private static string DidYouMean(string text, IEnumerable<string> known)
    {
        var name = text.Split('=')[0];
        var near = known.Select(k => (Name: k, Distance: k.StartsWith(name, StringComparison.Ordinal) ? 0 : Distance(name, k)))
            .Where(k => k.Distance <= Math.Max(1, name.TrimStart('-').Length / 3)).OrderBy(k => k.Distance).FirstOrDefault().Name;
        return near is null ? "." : $"; did you mean {near}?";
    }

    /// <summary>How many letters must be added, removed, changed or swapped with the next one.</summary>
    private static int Distance(string from, string to)
    {
        if (from.Length > 64)
            return int.MaxValue;
        var distances = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
        {
            for (var j = 0; j <= to.Length; j++)
            {
                distances[i, j] = i == 0 || j == 0 ? i + j
                    : Math.Min(
                        Math.Min(distances[i - 1, j], distances[i, j - 1]) + 1,
                        distances[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                    distances[i, j] = Math.Min(distances[i, j], distances[i - 2, j - 2] + 1);
            }
        }

        return distances[from.Length, to.Length];
    }
}
