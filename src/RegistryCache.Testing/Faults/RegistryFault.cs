using System.Globalization;
using RegistryCache.Testing.Faults;

namespace RegistryCache.Testing;

/// <summary>One thing that goes wrong. Take a ready one, or give your own answer with <see cref="Instead"/> or
/// <see cref="Change"/>.</summary>
/// <param name="Name">A short text for the names of tests.</param>
public sealed record RegistryFault(string Name)
{
    /// <summary>Answers in place of the registry, which then does nothing.</summary>
    public Func<RecordedRequest, RegistryAnswer>? Instead { get; init; }

    /// <summary>Changes the answer after the registry has done its work.</summary>
    public Func<RecordedRequest, RegistryAnswer, RegistryAnswer>? Change { get; init; }

    /// <summary>How long the registry waits before it does anything, by its <see cref="TestRegistryOptions.TimeProvider"/>.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The connection is cut after so many bytes of the request's body. The registry keeps those bytes.</summary>
    public long? CutRequestAfter { get; init; }

    /// <summary>The registry stops reading the request's body after so many bytes.</summary>
    public long? StallRequestAfter { get; init; }

    internal Func<IFaultPlace, RecordedRequest, RegistryAnswer>? InsteadHere { get; init; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>An error status in place of the answer.</summary>
    /// <param name="status">The status code.</param>
    /// <param name="retryAfter">The value of <c>Retry-After</c>, for example <c>7</c> for seven seconds; by default there is none.</param>
    /// <param name="code">The error code in the body.</param>
    public static RegistryFault Status(int status, string? retryAfter = null, string code = "UNKNOWN") =>
        new($"{status}{(retryAfter is null ? "" : " retry after " + retryAfter)}")
        {
            Instead = _ => retryAfter is null ? Told(status, code) : Told(status, code).With("Retry-After", retryAfter),
        };

    /// <summary>A rate limit: 429 with <c>Retry-After</c> in seconds.</summary>
    /// <param name="seconds">The seconds.</param>
    public static RegistryFault RateLimit(int seconds) => Status(429, seconds.ToString(CultureInfo.InvariantCulture), "TOOMANYREQUESTS");

    /// <summary>429 or 503 with a date in <c>Retry-After</c>, by the registry's own clock.</summary>
    /// <param name="status">The status code.</param>
    /// <param name="seconds">How far in the future the date is.</param>
    public static RegistryFault RetryAt(int status, int seconds) => new($"{status} retry after date")
    {
        InsteadHere = (place, _) => Told(status, "TOOMANYREQUESTS")
            .With("Retry-After", place.Clock.GetUtcNow().AddSeconds(seconds).ToString("R", CultureInfo.InvariantCulture))
            .With("Date", place.Clock.GetUtcNow().ToString("R", CultureInfo.InvariantCulture)),
    };

    /// <summary>The registry works, but only after a time.</summary>
    /// <param name="time">The time.</param>
    public static RegistryFault Late(TimeSpan time) => new($"late by {time}") { Delay = time };

    /// <summary>Every token that was handed out is worthless from here on.</summary>
    public static RegistryFault TokenExpired() => new("token expired")
    {
        InsteadHere = static (place, request) =>
        {
            place.RevokeTokens();
            return place.Challenge(request, "invalid_token");
        },
    };

    /// <summary>A challenge, whatever the client sent.</summary>
    public static RegistryFault Unauthorized() => new("401") { InsteadHere = static (place, request) => place.Challenge(request, null) };

    /// <summary>The connection is cut before the registry reads anything.</summary>
    public static RegistryFault Cut() =>
        new("cut before request is read") { Instead = static _ => new RegistryAnswer(200) { CutAfter = -1 } };

    /// <summary>The registry does its work and then cuts the connection.</summary>
    public static RegistryFault LostAnswer() => new("answer lost") { Change = static (_, answer) => answer with { CutAfter = -1 } };

    /// <summary>The connection is cut in the body of the answer.</summary>
    /// <param name="after">After so many bytes.</param>
    public static RegistryFault CutAnswer(long after) =>
        new($"answer cut after {after}") { Change = (_, answer) => answer with { CutAfter = after } };

    /// <summary>The connection is cut in the body of the request. The registry keeps what it has.</summary>
    /// <param name="after">After so many bytes.</param>
    public static RegistryFault CutRequest(long after) => new($"request cut after {after}") { CutRequestAfter = after };

    /// <summary>No answer comes, and the connection stays open.</summary>
    /// <param name="met">Called when a request meets the fault.</param>
    public static RegistryFault Stall(Action? met = null) => new("stall")
    {
        Instead = _ =>
        {
            met?.Invoke();
            return new RegistryAnswer(200) { StallAfter = -1 };
        },
    };

    /// <summary>The body of the answer stops, and the connection stays open.</summary>
    /// <param name="after">After so many bytes.</param>
    public static RegistryFault StallAnswer(long after) =>
        new($"answer stalls after {after}") { Change = (_, answer) => answer with { StallAfter = after } };

    /// <summary>The registry stops reading the body of the request.</summary>
    /// <param name="after">After so many bytes.</param>
    public static RegistryFault StallRequest(long after) => new($"request stalls after {after}") { StallRequestAfter = after };

    /// <summary>The body of the answer comes in very small pieces, with pauses.</summary>
    public static RegistryFault Drip() => new("slow drip") { Change = static (_, answer) => answer with { Drips = true } };

    /// <summary>A byte of the answer's body is wrong.</summary>
    /// <param name="at">The position of the byte, from 0.</param>
    public static RegistryFault Corrupt(long at) => new($"byte {at} flipped") { Change = (_, answer) => answer with { CorruptAt = at } };

    /// <summary>Fewer bytes, with a <c>Content-Length</c> that agrees.</summary>
    /// <param name="by">How many bytes are missing.</param>
    public static RegistryFault Shorter(long by) =>
        new($"shorter by {by}") { Change = (_, answer) => answer with { DeclaredLength = Math.Max(0, answer.Length - by) } };

    /// <summary>A <c>Content-Length</c> that promises more than comes.</summary>
    /// <param name="by">How many bytes it promises too many.</param>
    public static RegistryFault Longer(long by) =>
        new($"length longer by {by}") { Change = (_, answer) => answer with { DeclaredLength = answer.Length + by } };

    /// <summary>An answer without <c>Content-Length</c>.</summary>
    public static RegistryFault NoLength() => new("no length") { Change = static (_, answer) => answer with { HidesLength = true } };

    /// <summary>An answer without a header.</summary>
    /// <param name="name">The header.</param>
    public static RegistryFault WithoutHeader(string name) => new($"without {name}") { Change = (_, answer) => answer.Without(name) };

    /// <summary>An answer with another value of a header.</summary>
    /// <param name="name">The header.</param>
    /// <param name="value">The value.</param>
    public static RegistryFault WithHeader(string name, string value) =>
        new($"{name}: {value}") { Change = (_, answer) => answer.With(name, value) };

    /// <summary>The registry does its work and answers with another status.</summary>
    /// <param name="status">The status code.</param>
    public static RegistryFault WithStatus(int status) =>
        new($"answered as {status}") { Change = (_, answer) => answer with { Status = status } };

    /// <summary>A redirect to the second origin, which is not the registry.</summary>
    /// <param name="status">The status code.</param>
    public static RegistryFault RedirectAway(int status = 307) => new($"{status} to another origin")
    {
        InsteadHere = (place, request) => new RegistryAnswer(status).With("Location", place.StorageUrl(request)),
    };

    /// <summary>A redirect to the same place once more.</summary>
    /// <param name="status">The status code.</param>
    public static RegistryFault RedirectHome(int status = 307) => new($"{status} to itself")
    {
        Instead = request => new RegistryAnswer(status).With("Location", request.Target),
    };

    /// <summary>Success without any work.</summary>
    /// <param name="status">The status code.</param>
    public static RegistryFault Confirms(int status = 201) => new($"early {status}")
    {
        Instead = request => new RegistryAnswer(status).With("Location", request.Target),
    };

    private static RegistryAnswer Told(int status, string code) => RegistryAnswer.Error(status, code, "as the fault says");
}
