namespace RegistryCache.Cli;

/// <summary>Splits a command's arguments into operands and options; <c>--name value</c> and <c>--name=value</c> are the same.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, List<string>> _options = new(StringComparer.Ordinal);
    private readonly List<string> _operands = [];

    /// <param name="args">The arguments after the command's name.</param>
    /// <param name="valued">The options that take a value.</param>
    /// <param name="flags">The options without a value.</param>
    public Arguments(IReadOnlyList<string> args, IReadOnlyCollection<string> valued, IReadOnlyCollection<string> flags)
    {
        for (var i = 0; i < args.Count; i++)
        {
            var arg = args[i];
            if (arg == "--")
            {
                _operands.AddRange(args.Skip(i + 1));
                break;
            }

            if (!arg.StartsWith('-') || arg.Length == 1)
            {
                _operands.Add(arg);
                continue;
            }

            var equals = arg.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? arg : arg[..equals];
            if (valued.Contains(name))
                Add(name, Value(name, equals >= 0 ? arg[(equals + 1)..] : ++i < args.Count ? args[i] : ""));
            else if (flags.Contains(name) && equals < 0)
                Add(name, "");
            else
                throw new UsageException(Unknown(name, [.. valued, .. flags]));
        }
    }

    public IReadOnlyList<string> All(string name) => _options.TryGetValue(name, out var values) ? values : [];

    public bool Has(string name) => _options.ContainsKey(name);

    public string? One(string name) => All(name) switch
    {
        [] => null,
        [var value] => value,
        _ => throw new UsageException($"{name} can be given only once."),
    };

    public string Choice(string name, params string[] choices)
    {
        var value = One(name) ?? choices[0];
        return choices.Contains(value)
            ? value : throw new UsageException($"{name} must be {string.Join(" or ", choices)}, not '{ErrorText.QuoteReference(value)}'.");
    }

    public IReadOnlyList<string> Operands(int count, string names) => _operands.Count == count
        ? _operands
        : throw new UsageException(count == 0 ? $"Unexpected argument '{ErrorText.QuoteReference(_operands[0])}'." : $"Expected {names}.");

    /// <summary>An empty value is usually a script variable that is not set, so the error names the option.</summary>
    private static string Value(string name, string value) =>
        value.Length > 0 ? value : throw new UsageException($"{name} needs a value.");

    private static string Unknown(string name, IReadOnlyList<string> known)
    {
        var near = known.FirstOrDefault(k => k.StartsWith(name, StringComparison.Ordinal) || name.StartsWith(k, StringComparison.Ordinal));
        return $"Unknown option {name}{(near is null ? "" : $"; did you mean {near}?")}";
    }

    private void Add(string name, string value)
    {
        if (!_options.TryGetValue(name, out var values))
            _options.Add(name, values = []);
        values.Add(value);
    }
}
