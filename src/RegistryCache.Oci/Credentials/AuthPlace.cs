namespace RegistryCache.Oci.Credentials;

/// <summary>One place where credentials are stored.</summary>
/// <param name="Name">The name of the place in messages: a path or a variable.</param>
/// <param name="IsDocker">Whether Docker's rules apply: any entry of the host matches.</param>
/// <param name="UsesHelpers">Whether to run the helper programs that the place names.</param>
/// <param name="ReadAsync">Reads the place. Returns <see langword="null"/> if it does not exist.</param>
internal sealed record AuthPlace(string Name, bool IsDocker, bool UsesHelpers, Func<CancellationToken, ValueTask<AuthFile?>> ReadAsync);
