using System.CommandLine;
using System.CommandLine.Parsing;

namespace RegistryCache.Cli.Options;

/// <summary>An option with one value, which can be given once.</summary>
internal class ValueOption<T> : Option<T>, IValueOption
{
    /// <param name="name">The name, with its dashes.</param>
    /// <param name="valueName">How the help calls the value.</param>
    /// <param name="description">What the option does.</param>
    /// <param name="parse">Reads a value that is not empty; a <see cref="UsageException"/> says what is wrong with it.</param>
    public ValueOption(string name, string valueName, string description, Func<string, T> parse)
        : base(name)
    {
        HelpName = valueName;
        Description = description;
        Arity = ArgumentArity.ExactlyOne;
        CustomParser = result => Parse(result, name, parse);
    }

    /// <inheritdoc />
    public string? Default { get; init; }

    public bool IsRepeatable => false;

    /// <summary>An empty value is usually a script variable that is not set, so the error names the option.</summary>
    private static T? Parse(ArgumentResult result, string name, Func<string, T> parse)
    {
        var text = result.Tokens[0].Value;
        try
        {
            return text.Length > 0 ? parse(text) : throw new UsageException($"{name} needs a value.");
        }
        catch (UsageException e)
        {
            result.AddError(e.Message);
            return default;
        }
    }
}
