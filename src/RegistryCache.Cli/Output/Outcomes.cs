namespace RegistryCache.Cli.Output;

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
                terminal.Note(ErrorLine.Of(error), about: source.Source.ToString());
            else if (source.IsMiss)
                Miss(terminal, source.Source, source.Detail);
            foreach (var skipped in source.Skipped)
                terminal.Note($"warning: skipped {skipped.Descriptor.Digest}: {skipped.Reason}", about: source.Source.ToString());
        }

        return import.Sources.Any(s => s.Error is not null) ? ExitCode.Failed : ExitCode.Miss;
    }

    /// <summary>Says that a source has no cache, and why.</summary>
    public static void Miss(Terminal terminal, CacheSource source, string? reason) => terminal.Note($"{source}: no cache: {reason}");
}
