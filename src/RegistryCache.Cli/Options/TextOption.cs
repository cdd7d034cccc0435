namespace RegistryCache.Cli.Options;

/// <summary>An option whose value is any text.</summary>
internal sealed class TextOption(string name, string valueName, string description)
    : ValueOption<string>(name, valueName, description, static text => text);
