namespace RegistryCache.Cli;

/// <summary>Reports sources without a cache.</summary>
internal static class Outcomes
{
    /// <summary>Writes every miss, every failure, and everything that a source skipped.</summary>
    /// <returns>The exit code if there was no hit.</returns>
    public static ExitCode Report(CacheImport import, Terminal terminal)
    {
        foreach (var source in import.Sources)
        {
            if (source.Error is { } error)
                terminal.Note($"{source.Source}: {ErrorLine.Of(error)}");
            else if (source.IsMiss)
                terminal.Note($"{source.Source}: no cache: {source.Detail}");
            foreach (var skipped in source.Skipped)
                terminal.Note($"{source.Source}: warning: skipped {skipped.Descriptor.Digest}: {skipped.Reason}");
        }

        return import.Sources.Any(s => s.Error is not null) ? ExitCode.Failed : ExitCode.Miss;
    }
}
