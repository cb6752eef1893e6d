using System.Security.Cryptography;
using Prometheus;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Host.Settings;
using VerifyGateway.Server.Policies;

namespace VerifyGateway.Host.Policies;

/// <summary>
/// Puts a changed policy file in force, whole or not at all: with an error anywhere in it, what is in force stays in force, the log
/// tells every error, and a gauge tells that the file and what is in force differ.
/// </summary>
internal sealed partial class PolicyFileReload : BackgroundService
{
    private readonly PolicyOptions _options;
    private readonly PolicyHolder _policies;
    private readonly TimeProvider _time;
    private readonly ILogger<PolicyFileReload> _log;
    private readonly Gauge _isGood;
    private readonly Gauge _count;
    private byte[] _seen;

    public PolicyFileReload(PolicyOptions options, LoadedPolicies loaded, PolicyHolder policies, IMetricFactory metrics, TimeProvider time, ILogger<PolicyFileReload> log)
    {
        (_options, _policies, _time, _log, _seen) = (options, policies, time, log, loaded.Hash);
        _isGood = metrics.CreateGauge("verifygateway_config_last_reload_successful", "1 when the policy file is in force as it is, 0 when it is not there or has errors and an older one is in force.");
        _count = metrics.CreateGauge("verifygateway_policies", "Policies in force or with a time ahead or behind, in the set that checks read.");
        _isGood.Set(1);
        _count.Set(policies.Current.Policies.Length);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(_options.LookEverySeconds), _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await LookAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The gateway stops.
        }
    }

    private async Task LookAsync(CancellationToken cancel)
    {
        byte[] bytes;
        try
        {
            bytes = await File.ReadAllBytesAsync(_options.File, cancel);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            Refused(_log, _isGood.Value > 0, _options.File, refused.Message);
            _isGood.Set(0);
            // Whatever is there when it can be read again is looked at anew.
            _seen = [];
            return;
        }

        var hash = SHA256.HashData(bytes);
        if (hash.AsSpan().SequenceEqual(_seen))
        {
            return;
        }

        _seen = hash;
        if (PolicyFile.TryLoad(bytes, out var snapshot, out var errors))
        {
            _policies.Swap(snapshot);
            _isGood.Set(1);
            _count.Set(snapshot.Policies.Length);
            Swapped(_log, _options.File, snapshot.Policies.Length, snapshot.Label);
        }
        else
        {
            _isGood.Set(0);
            Wrong(_log, _options.File, string.Join('\n', errors.Select(error => "  " + error)));
        }
    }

    private static void Refused(ILogger log, bool isNews, string file, string why)
    {
        if (isNews)
        {
            Unreadable(log, file, why);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Policy file {File}: {Count} policies in force, label '{Label}'.")]
    private static partial void Swapped(ILogger log, string file, int count, string label);

    [LoggerMessage(2, LogLevel.Error, "Policy file {File} has errors; what was in force stays in force.\n{Errors}")]
    private static partial void Wrong(ILogger log, string file, string errors);

    [LoggerMessage(3, LogLevel.Error, "Policy file {File} cannot be read ({Why}); what was in force stays in force.")]
    private static partial void Unreadable(ILogger log, string file, string why);
}
