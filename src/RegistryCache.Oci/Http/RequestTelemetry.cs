using System.Diagnostics;
using System.Net;
using RegistryCache.Oci.Diagnostics;

namespace RegistryCache.Oci.Http;

/// <summary>One activity and one measurement per exchange. Source: OpenTelemetry semantic conventions, HTTP client.</summary>
internal static class RequestTelemetry
{
    public static Activity? Start(RegistryRequest request, Uri uri, KnownSecrets secrets)
    {
        var activity = OciTelemetry.Activities.StartActivity(request.Method.Method + " " + request.Template, ActivityKind.Client);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("http.request.method", request.Method.Method);
            activity.SetTag("server.address", secrets.RemoveFrom(uri.IdnHost));
            activity.SetTag("server.port", uri.Port);
            activity.SetTag("url.full", secrets.Show(uri, request));
            activity.SetTag("url.template", request.Template);
        }

        return activity;
    }

    private static readonly string[] Questions = ["/manifests/", "/tags/", "/referrers/"];

    public static void Stop(OciTelemetry telemetry, Activity? activity, RegistryRequest request, Uri uri, HttpResponseMessage? response,
        Exception? failure, TimeSpan elapsed)
    {
        var tags = new TagList
        {
            { "http.request.method", request.Method.Method },
            { "server.address", uri.IdnHost },
            { "server.port", uri.Port },
            { "url.scheme", uri.Scheme },
            { "url.template", request.Template },
        };
        if (response is not null)
        {
            tags.Add("http.response.status_code", (int)response.StatusCode);
            activity?.SetTag("http.response.status_code", (int)response.StatusCode);
        }

        var error = failure?.GetType().FullName ?? ((int?)response?.StatusCode >= 400 && !IsAbsence(request, response!)
            ? ((int)response!.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
        if (error is not null)
        {
            tags.Add("error.type", error);
            activity?.SetTag("error.type", error);
            activity?.SetStatus(ActivityStatusCode.Error);
        }

        telemetry.RequestDuration.Record(elapsed.TotalSeconds, tags);
    }

    // Whether a blob, a manifest or a tag exists is a question; only a blob that must be there is missed.
    private static bool IsAbsence(RegistryRequest request, HttpResponseMessage response) => response.StatusCode == HttpStatusCode.NotFound
        && (request.Method == HttpMethod.Head || Questions.Any(part => request.Template.Contains(part, StringComparison.Ordinal)));
}
