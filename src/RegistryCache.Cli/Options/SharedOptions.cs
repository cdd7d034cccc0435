namespace RegistryCache.Cli.Options;

/// <summary>Options that several commands have.</summary>
internal static class SharedOptions
{
    private const string StateVariable = "REGISTRY_CACHE_STATE";

    public static ChoiceOption<bool> Prefer(string of) => new("--prefer",
        $"which source wins if several have {of}: the first, or the newest of them", ("first", false), ("newest", true));

    public static Flag DryRun() => new("--dry-run", "shows what would go, and how many bytes that frees, and changes nothing");

    public static NumberOption ResetAge(string what) => new("--reset-age", "MINUTES",
        $"the age from which {what}. 0 removes all of them", "a whole number of minutes", min: 0)
    {
        Default = "60",
    };

    /// <summary>An age in minutes; <see langword="null"/> for the default.</summary>
    public static TimeSpan? Minutes(CommandRun run, NumberOption age) =>
        run.Get(age) is { } minutes ? TimeSpan.FromMinutes(minutes) : null;

    public static TextOption State() => new("--state", "DIR",
        "a directory that notes what lies in folders of this machine, so that only what differs is read, fetched and written")
    {
        Default = StateVariable,
    };

    /// <summary>The directory for states that was given, here or for the whole environment.</summary>
    public static string? StateDirectory(CommandRun run, TextOption state) =>
        run.Get(state) ?? (Environment.GetEnvironmentVariable(StateVariable) is { Length: > 0 } directory ? directory : null);

    public static Flag OverwriteImage(string description) => new("--overwrite-image", description);

    public static ChoiceOption<SymbolicLinkPolicy> Symlinks(string any) => new("--symlinks",
        $"links that lead out of the folder: any {any} as links, inside refuses them, skip skips them",
        ("any", SymbolicLinkPolicy.Default), ("inside", SymbolicLinkPolicy.Inside), ("skip", SymbolicLinkPolicy.Skip));

    public static ChoiceOption<EntryPolicy> Devices(string keep) => new("--devices",
        $"character and block devices: refuse ends with an error, skip skips them, keep {keep}",
        ("refuse", EntryPolicy.Refuse), ("skip", EntryPolicy.Skip), ("keep", EntryPolicy.Keep));
}
