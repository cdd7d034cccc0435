namespace RegistryCache.Cli.Options;

/// <summary>Options that several commands have.</summary>
internal static class SharedOptions
{
    public static ChoiceOption<bool> Prefer(string of) => new("--prefer",
        $"which source wins if several have {of}: the first, or the newest of them", ("first", false), ("newest", true));

    public static Flag OverwriteImage(string description) => new("--overwrite-image", description);

    public static ChoiceOption<SymbolicLinkPolicy> Symlinks(string any) => new("--symlinks",
        $"links that lead out of the folder: any {any} as links, inside refuses them, skip skips them",
        ("any", SymbolicLinkPolicy.Default), ("inside", SymbolicLinkPolicy.Inside), ("skip", SymbolicLinkPolicy.Skip));

    public static ChoiceOption<EntryPolicy> Devices(string keep) => new("--devices",
        $"character and block devices: refuse ends with an error, skip skips them, keep {keep}",
        ("refuse", EntryPolicy.Refuse), ("skip", EntryPolicy.Skip), ("keep", EntryPolicy.Keep));
}
