namespace RegistryCache.Cli.Output;

/// <summary>How text looks on a terminal that shows colours: the codes of ECMA-48, SGR.</summary>
internal enum Ink
{
    /// <summary>As any text.</summary>
    Plain = 0,

    /// <summary>Heads of tables and sections.</summary>
    Strong = 1,

    /// <summary>What is rarely looked for.</summary>
    Dim = 2,

    /// <summary>Errors.</summary>
    Red = 31,

    /// <summary>Warnings.</summary>
    Yellow = 33,

    /// <summary>Notes.</summary>
    Cyan = 36,
}
