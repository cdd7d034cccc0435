namespace RegistryCache.Cli.Options;

/// <summary>An option with a value, as the help shows it.</summary>
internal interface IValueOption
{
    /// <summary>What applies if the option is not given; <see langword="null"/> if that needs no words.</summary>
    string? Default { get; }

    /// <summary>Whether the option can be repeated.</summary>
    bool IsRepeatable { get; }
}
