namespace RegistryCache.Oci.Auth;

/// <summary>A bearer token and the time at which to replace it: after nine tenths of its lifetime, as BuildKit does.</summary>
internal sealed class AccessToken(string value, long received, TimeSpan usable, TimeProvider time)
{
    public string Value { get; } = value;

    public bool IsDue => time.GetElapsedTime(received) >= usable;

    public override string ToString() => "AccessToken (redacted)";
}
