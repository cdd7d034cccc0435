namespace RegistryCache.Fixtures.Servers.Faults;

/// <summary>The behaviour of a <see cref="FaultRegistry"/> between faults; the default follows the specification to the letter.</summary>
public sealed record FaultRegistryOptions
{
    public RegistryAuth Auth { get; init; }

    /// <summary>What POST to the token server is answered with, where it is not supported.</summary>
    public int? TokenPostStatus { get; init; }

    /// <summary>What GET to the token server with credentials is answered with, where it is not supported.</summary>
    public int? TokenGetStatus { get; init; }

    /// <summary>The member <c>expires_in</c>; <see langword="null"/> leaves it out, which means a minute.</summary>
    public int? TokenSeconds { get; init; } = 300;

    public bool IssuesRefreshTokens { get; init; }

    /// <summary>Whether blobs are served by the second origin, behind signed URLs.</summary>
    public bool RedirectsBlobs { get; init; }

    /// <summary>Whether a GET of a range is answered with the whole blob.</summary>
    public bool IgnoresRanges { get; init; }

    /// <summary>Whether a GET of a range is answered with 500.</summary>
    public bool RefusesRanges { get; init; }

    public LocationForm Location { get; init; }

    public long? ChunkMinLength { get; init; }

    /// <summary>Longer PATCH bodies are answered with 416.</summary>
    public long? MaxPatchBytes { get; init; }

    /// <summary>Further PATCHes of one upload are answered with 400.</summary>
    public int? MaxPatches { get; init; }

    /// <summary>Whether the Range of an upload names the first chunk for ever.</summary>
    public bool RangeStaysAtFirstChunk { get; init; }

    public bool OmitsRange { get; init; }

    /// <summary>What a PUT with the whole blob is answered with, where chunks are demanded.</summary>
    public int? SinglePutStatus { get; init; }

    /// <summary>What a POST with the whole blob is answered with: 201 if it is taken.</summary>
    public int SinglePostStatus { get; init; } = 202;

    /// <summary>What a manifest list or index is answered with, where only image manifests are taken.</summary>
    public int? IndexFormStatus { get; init; }

    public string IndexFormCode { get; init; } = "MANIFEST_INVALID";

    /// <summary>Whether a repository must be created first: <see cref="FaultRegistry.CreateRepository"/>.</summary>
    public bool RepositoriesMustExist { get; init; }

    /// <summary>201, 202 or 401.</summary>
    public int MountStatus { get; init; } = 201;

    public bool SendsRateLimits { get; init; }

    public bool HasReferrers { get; init; } = true;

    /// <summary>The most tags on one page.</summary>
    public int? TagPageLimit { get; init; }

    /// <summary>The text of a <c>Warning</c> header on every answer.</summary>
    public string? Warning { get; init; }

    /// <summary>Whether uploaded content is hashed and forgotten, for blobs that do not fit into memory.</summary>
    public bool DiscardsContent { get; init; }

    /// <summary>The content of a forgotten blob of a length.</summary>
    public Func<long, Stream>? ContentOf { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
