namespace RegistryCache.Cli.Options;

/// <summary>When the output has colours.</summary>
internal enum ColorChoice
{
    /// <summary>If it goes to a terminal that shows them.</summary>
    Auto,

    /// <summary>Always.</summary>
    Always,

    /// <summary>Never.</summary>
    Never,
}
