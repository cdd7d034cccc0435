namespace RegistryCache.Testing.Contracts;

/// <summary>A rule about codecs.</summary>
internal sealed class CodecRule(string name, string source, string advice, Func<CodecTrial, Task> check, bool isSlow = false)
    : ContractRule(name, source, advice, isSlow)
{
    public Func<CodecTrial, Task> Check { get; } = check;
}
