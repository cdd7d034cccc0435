namespace RegistryCache.Core.Pictures;

/// <summary>A line from a box to one that uses it. It is an alternative if every input that it stands for has other links too.</summary>
internal sealed record PictureEdge(int From, int To, bool IsAlternative);
