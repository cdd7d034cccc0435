namespace RegistryCache.Oci.Http;

/// <summary>A server sends only informational answers (1xx). The exception passes through the framework, which must not treat it as a
/// broken connection.</summary>
internal sealed class TooManyAnnouncementsException() : HttpRequestException(
    HttpRequestError.InvalidResponse,
    $"More than {AnnouncementLimit.MaxAnnouncements} informational answers (1xx) came before an answer.");
