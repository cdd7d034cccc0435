namespace RegistryCache.Cli.Options;

/// <summary>What a word of a <see cref="ChoiceOption{T}"/> stands for. The library reads options of the type <see cref="bool"/>
/// differently, and completes the names of enums.</summary>
internal sealed record Chosen<T>(T Value);
