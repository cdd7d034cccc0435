namespace RegistryCache.Storage;

/// <summary>One call of a store, for <see cref="InMemoryContentStore.OnCall"/> and <see cref="InMemoryContentStore.OnRead"/>.</summary>
/// <param name="Method">The name of the method of <see cref="IContentStore"/>, for example <c>PushManifestAsync</c>.</param>
/// <param name="Number">Which call of this method it is, from 1.</param>
/// <param name="Digest">The blob or manifest; <see langword="null"/> if only a tag names it.</param>
/// <param name="Tag">The tag; <see langword="null"/> if the call names none.</param>
public sealed record StoreCall(string Method, int Number, Digest? Digest, string? Tag);
