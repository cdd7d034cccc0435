using RegistryCache.Core.Errors;

namespace RegistryCache.Testing;

/// <summary>What a registry does otherwise than the distribution specification says, or than most registries do. Take one of a public
/// registry,
/// or combine your own with <c>with</c>. A profile has only what the named public source reports; it is no model of the whole
/// product.</summary>
public sealed record RegistryQuirks
{
    /// <summary>No quirks: the specification.</summary>
    public static RegistryQuirks None { get; } = new();

    // Each profile is made when it is asked for: the first start of a process would otherwise compile what all of them set.

    /// <summary>Amazon ECR. A repository must exist before a push (regclient/regclient issue 869, plexsystems/sinker issue 55). The
    /// <c>Range</c>
    /// of an upload stays at the first chunk although all chunks are stored (aws/containers-roadmap issue 2831). Locations of uploads are
    /// absolute (openai/tart issue 273). A cache in the form of an index is refused (moby/buildkit issue 2251).</summary>
    public static RegistryQuirks Ecr => new()
    {
        RepositoriesMustExist = true,
        RangeStaysAtFirstChunk = true,
        Location = LocationForm.Absolute,
        CacheIndexStatus = 405,
        CacheIndexCode = "UNSUPPORTED",
    };

    /// <summary>GitHub Container Registry. A PATCH of more than 4 MiB is answered with 416 and <c>REQUESTED_RANGE_NOT_SATISFIABLE</c>
    /// (wasmCloud/wash-archive issue 268, ocx-sh/ocx pull request 237).</summary>
    public static RegistryQuirks Ghcr => new() { MaxPatchBytes = 4 << 20 };

    /// <summary>Google Artifact Registry. It does not support uploads in chunks (cloud.google.com, "Docker API for Artifact Registry",
    /// cited in
    /// dotnet/sdk-container-builds pull request 287; podman-container-tools/skopeo issue 1101), so a second PATCH is refused. A cache in
    /// the form
    /// of an index is refused with <c>MANIFEST_INVALID</c> (moby/buildkit issue 1143).</summary>
    public static RegistryQuirks GoogleArtifactRegistry => new() { MaxPatches = 1, CacheIndexStatus = 400 };

    /// <summary>Azure Container Registry. The token server gives refresh tokens, and takes them in a POST (azure.github.io/acr,
    /// "Azure Container Registry integration with Azure Active Directory").</summary>
    public static RegistryQuirks Acr => new() { IssuesRefreshTokens = true };

    /// <summary>Harbor. A cache in the form of an index is answered with 404 (goharbor/harbor issues 14774 and 19150, moby/buildkit issue
    /// 2479).</summary>
    public static RegistryQuirks Harbor => new() { CacheIndexStatus = 404, CacheIndexCode = "NOT_FOUND" };

    /// <summary>JFrog Artifactory. The token server answers a POST with 401 (containerd/containerd pull request 2169). Some versions
    /// refuse a
    /// PUT of the whole blob and want PATCH (containerd/containerd issue 3533). Locations of uploads are absolute (earthly/earthly issue
    /// 1017).
    /// A cache in the form of an index is refused (moby/buildkit issue 2251).</summary>
    public static RegistryQuirks Artifactory => new()
    {
        TokenPostStatus = 401,
        SinglePutStatus = 405,
        Location = LocationForm.Absolute,
        CacheIndexStatus = 400,
    };

    /// <summary>Quay. An index must have manifests with a platform, so a cache in the form of an index is answered with 400 and
    /// <c>MANIFEST_INVALID</c> (moby/buildkit issues 1440 and 1550). Tags come in pages of 50, and only the <c>Link</c> header knows
    /// where the next
    /// page starts (TritonDataCenter/node-docker-registry-client issue 12).</summary>
    public static RegistryQuirks Quay => new() { CacheIndexStatus = 400, TagPageLimit = 50, HidesLastTag = true };

    /// <summary>Sonatype Nexus. When two clients upload the same blob, the slower one gets 400 and <c>BLOB_UPLOAD_INVALID</c> for its
    /// last PUT,
    /// although the blob is there (sonatype/nexus-public issue 967).</summary>
    public static RegistryQuirks Nexus => new() { RefusesKnownBlobs = true };

    /// <summary>GitLab. The token server is on another host than the registry (gitlab.com, gitlab-foss issue 26265; GitLab's administration
    /// guide of the container registry).</summary>
    public static RegistryQuirks GitLab => new() { TokenServerElsewhere = true };

    /// <summary>Docker Hub. Answers about manifests have the headers <c>RateLimit-Limit</c> and <c>RateLimit-Remaining</c>; a GET counts
    /// and a HEAD
    /// does not; 429 follows when nothing remains (docs.docker.com, "Docker Hub pull usage and limits"). The token server is on another
    /// host than the registry.</summary>
    public static RegistryQuirks DockerHub => new() { PullLimit = 100, TokenServerElsewhere = true };

    /// <summary>Whether the second origin serves blobs, behind signed URLs: a GET is answered with 307. Default:
    /// <see langword="false"/>.</summary>
    public bool RedirectsBlobs { get; init; }

    /// <summary>Whether a GET of a range is answered with the whole blob. Default: <see langword="false"/>.</summary>
    public bool IgnoresRanges { get; init; }

    /// <summary>Whether a GET of a range is answered with 500. Default: <see langword="false"/>.</summary>
    public bool RefusesRanges { get; init; }

    /// <summary>How the <c>Location</c> of an upload is written. Default: <see cref="LocationForm.HostRelative"/>.</summary>
    public LocationForm Location { get; init => field = Option.Defined(value); }

    /// <summary>The value of <c>OCI-Chunk-Min-Length</c> in bytes. Default: no such header.</summary>
    public long? ChunkMinLength { get; init => field = Option.AtLeast(value, 1); }

    /// <summary>The longest PATCH in bytes; a longer one is answered with 416. Default: no limit.</summary>
    public long? MaxPatchBytes { get; init => field = Option.AtLeast(value, 1); }

    /// <summary>How many PATCHes an upload may have; one more is answered with 400. Default: no limit.</summary>
    public int? MaxPatches { get; init => field = Option.AtLeast(value, 0); }

    /// <summary>Whether the <c>Range</c> of an upload names the first chunk only. Default: <see langword="false"/>.</summary>
    public bool RangeStaysAtFirstChunk { get; init; }

    /// <summary>Whether uploads are answered without <c>Range</c>. Default: <see langword="false"/>.</summary>
    public bool OmitsRange { get; init; }

    /// <summary>The status for a PUT of a whole blob, where PATCH is wanted. Default: the PUT is accepted.</summary>
    public int? SinglePutStatus { get; init => field = Option.InRange(value, 100, 599); }

    /// <summary>The status for a POST of a whole blob: 201 accepts it, 202 wants a PUT. Default: 201.</summary>
    public int SinglePostStatus { get; init => field = Option.InRange(value, 100, 599); } = 201;

    /// <summary>Whether the last PUT of a blob that the repository has got in the meantime is answered with 400. Default:
    /// <see langword="false"/>.</summary>
    public bool RefusesKnownBlobs { get; init; }

    /// <summary>The status for an index with an entry that is no manifest, as BuildKit writes with <c>image-manifest=false</c>. Default:
    /// it is
    /// accepted.</summary>
    public int? CacheIndexStatus { get; init => field = Option.InRange(value, 100, 599); }

    /// <summary>The error code with <see cref="CacheIndexStatus"/>. Default: <c>MANIFEST_INVALID</c>.</summary>
    public string CacheIndexCode { get; init => field = Option.NotEmpty(value); } = "MANIFEST_INVALID";

    /// <summary>Whether pushes to a repository that does not exist are answered with 404: create it with
    /// <see cref="TestRegistry.CreateRepository"/>. Default: <see langword="false"/>.</summary>
    public bool RepositoriesMustExist { get; init; }

    /// <summary>The status for a mount: 201 mounts, 202 starts an upload, 401 is a challenge. Default: 201.</summary>
    public int MountStatus { get; init => field = Option.InRange(value, 100, 599); } = 201;

    /// <summary>How many manifests can be read until 429, with the headers <c>RateLimit-Limit</c> and <c>RateLimit-Remaining</c>. The
    /// count starts again six hours after the first read, by <see cref="TestRegistryOptions.TimeProvider"/>. Default: no limit.</summary>
    public int? PullLimit { get; init => field = Option.AtLeast(value, 0); }

    /// <summary>How long an upload waits for its next step, by <see cref="TestRegistryOptions.TimeProvider"/>; then it is forgotten, and
    /// a step of it gets 404. Default: for as long as the registry runs.</summary>
    public TimeSpan? UploadLifetime { get; init => field = value is null ? null : Option.Positive(value.Value); }

    /// <summary>Whether the registry has the referrers API; without it such a request is answered with 404. Default:
    /// <see langword="true"/>.</summary>
    public bool HasReferrers { get; init; } = true;

    /// <summary>The most tags, or referrers, on one page. Default: no limit.</summary>
    public int? TagPageLimit { get; init => field = Option.AtLeast(value, 1); }

    /// <summary>Whether the URL of the next page of tags has a token in place of the last tag. Default: <see langword="false"/>.</summary>
    public bool HidesLastTag { get; init; }

    /// <summary>The status for the deletion of a tag, where it is not supported. Default: it is supported.</summary>
    public int? TagDeletionStatus { get; init => field = Option.InRange(value, 100, 599); }

    /// <summary>The value of a <c>Warning</c> header on every answer, for example <c>299 - "closes soon"</c>. Default: none.</summary>
    public string? Warning { get; init; }

    /// <summary>The status for a POST to the token server, where it is not supported. Default: it is supported.</summary>
    public int? TokenPostStatus { get; init => field = Option.InRange(value, 100, 599); }

    /// <summary>The status for a GET with a credential to the token server, where it is not supported. Default: it is supported.</summary>
    public int? TokenGetStatus { get; init => field = Option.InRange(value, 100, 599); }

    /// <summary>Whether the token server gives refresh tokens. Default: <see langword="false"/>.</summary>
    public bool IssuesRefreshTokens { get; init; }

    /// <summary>Whether the token server is on the second origin: another port. Default: <see langword="false"/>.</summary>
    public bool TokenServerElsewhere { get; init; }

    /// <summary>Whether every answer sets a cookie. A client that sends it back is noted in <see cref="TestRegistry.Leaks"/>. Default:
    /// <see langword="false"/>.</summary>
    public bool SetsCookies { get; init; }
}
