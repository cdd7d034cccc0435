using System.CommandLine;

namespace RegistryCache.Cli.Options;

/// <summary>An option that can be repeated.</summary>
internal sealed class ListOption : Option<string[]>, IValueOption
{
    public ListOption(string name, string valueName, string description)
        : base(name)
    {
        HelpName = valueName;
        Description = description;
        Arity = ArgumentArity.OneOrMore;
        CustomParser = result =>
        {
            if (result.Tokens.Any(token => token.Value.Length == 0))
                result.AddError($"{name} needs a value.");
            return [.. result.Tokens.Select(token => token.Value)];
        };
    }

    /// <inheritdoc />
    public string? Default { get; init; }

    public bool IsRepeatable => true;
}
