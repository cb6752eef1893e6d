using System.Collections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http.Features;

namespace VerifyGateway.Server.Direct;

/// <summary>
/// One call after the other, as the server keeps them. To the ordinary application it is the server's features, and the place where that
/// keeps its own context from call to call.
/// </summary>
internal sealed class DirectCall<TOrdinary> : IFeatureCollection, IHostContextContainer<TOrdinary>
    where TOrdinary : notnull
{
    private IFeatureCollection _features = null!;
    private CallFeatures? _used;
    private TOrdinary? _ordinary;
    private bool _isHandedOver;

    /// <summary>What the direct method uses of the call.</summary>
    public CallFeatures Used => _used = CallFeatures.Of(_features, _used);

    /// <inheritdoc />
    public TOrdinary? HostContext { get; set; }

    /// <inheritdoc />
    public bool IsReadOnly => _features.IsReadOnly;

    /// <inheritdoc />
    public int Revision => _features.Revision;

    /// <inheritdoc />
    public object? this[Type key]
    {
        get => _features[key];
        set => _features[key] = value;
    }

    /// <summary>A call begins.</summary>
    public void Begin(IFeatureCollection features) => _features = features;

    /// <summary>The ordinary application's context of the call.</summary>
    public TOrdinary HandOver(IHttpApplication<TOrdinary> ordinary)
    {
        _isHandedOver = true;
        return _ordinary = ordinary.CreateContext(this);
    }

    /// <summary>The call has ended.</summary>
    public void End(IHttpApplication<TOrdinary> ordinary, Exception? exception)
    {
        if (_isHandedOver)
        {
            ordinary.DisposeContext(_ordinary!, exception);
            (_isHandedOver, _ordinary) = (false, default);
        }
    }

    /// <inheritdoc />
    public TFeature? Get<TFeature>() => _features.Get<TFeature>();

    /// <inheritdoc />
    public void Set<TFeature>(TFeature? instance) => _features.Set(instance);

    /// <inheritdoc />
    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => _features.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
