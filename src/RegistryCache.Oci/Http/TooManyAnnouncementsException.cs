namespace RegistryCache.Oci.Http;

/// <summary>A server sends informational answers (1xx) and no other. It passes through the framework, which must not take it for a broken connection.</summary>
internal sealed class TooManyAnnouncementsException() : HttpRequestException(
    HttpRequestError.InvalidResponse, $"More than {AnnouncementLimit.MaxAnnouncements} informational answers (1xx) came before an answer.");
