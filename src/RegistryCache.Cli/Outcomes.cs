namespace RegistryCache.Cli;

/// <summary>Reports sources without a cache.</summary>
internal static class Outcomes
{
    /// <summary>Writes every miss, every failure, and everything that a source left out.</summary>
    /// <returns>The exit code if there was no hit.</returns>
    public static ExitCode Report(CacheImport import, Terminal terminal)
    {
        foreach (var source in import.Sources)
        {
            if (source.Error is { } error)
                terminal.Note($"{source.Source}: {ErrorLine.Of(error)}");
            else if (source.IsMiss)
                terminal.Note($"{source.Source}: no cache: {source.Detail}");
            foreach (var left in source.LeftOut)
                terminal.Note($"{source.Source}: warning: left out {left.Descriptor.Digest}: {left.Reason}");
        }

        return import.Sources.Any(s => s.Error is not null) ? ExitCode.Failed : ExitCode.Miss;
    }
}
