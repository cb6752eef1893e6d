using System.Net;
using StackExchange.Redis;

namespace VerifyGateway.Caching.Redis;

/// <summary>
/// The commands of one call, each of one key. They are sent together and each ends by itself: one that fails, or whose node is silent,
/// takes nothing from the others. For one call of one caller.
/// </summary>
internal sealed class RedisCommands<TItem, TResult>
{
    private readonly IReadOnlyList<TItem> _items;
    private readonly Func<TItem, byte[]>? _nameOf;
    private readonly Func<IDatabase, TItem, Task<TResult>> _send;
    private readonly Func<IDatabase, IReadOnlyList<TItem>, Task<TResult[]>>? _sendAll;
    private readonly RedisReply<TResult>[] _replies;

    /// <param name="items">What the commands are made of, in the order of the replies.</param>
    /// <param name="nameOf">The key of an item's command; null for commands without keys.</param>
    /// <param name="send">Sends the command of an item.</param>
    /// <param name="sendAll">Sends one command for all items, where one server has them all; null when there is none.</param>
    public RedisCommands(
        IReadOnlyList<TItem> items, Func<TItem, byte[]>? nameOf, Func<IDatabase, TItem, Task<TResult>> send, Func<IDatabase, IReadOnlyList<TItem>, Task<TResult[]>>? sendAll)
    {
        _items = items;
        _nameOf = nameOf;
        _send = send;
        _sendAll = sendAll;
        _replies = new RedisReply<TResult>[items.Count];
    }

    /// <summary>How many commands there are.</summary>
    public int Count => _items.Count;

    /// <summary>What has been answered so far, in the order of the items.</summary>
    public RedisReply<TResult>[] Replies => _replies;

    /// <summary>The places of the commands by the node that each is sent to; null when there are no keys or no cluster.</summary>
    public Dictionary<EndPoint, List<int>>? Split(IDatabase database) => _nameOf is null ? null : RedisNodes.Split(database, _items, _nameOf);

    /// <summary>Sends one command for all items; false when there is none, or when not one server has them all.</summary>
    /// <exception cref="Exception">It was not answered.</exception>
    public async Task<bool> TryRunAtOnceAsync(IDatabase database, TimeSpan limit, TimeProvider time)
    {
        if (_sendAll is null || !RedisNodes.IsOneServer(database))
        {
            return false;
        }

        var sent = _sendAll(database, _items);
        try
        {
            var answers = await sent.WaitAsync(limit, time);
            for (var i = 0; i < answers.Length; i++)
            {
                _replies[i] = new RedisReply<TResult>(true, answers[i]);
            }
        }
        catch (TimeoutException)
        {
            Forget(sent);
            throw;
        }

        return true;
    }

    /// <summary>Sends the commands of some places and waits for all of them, or until the limit is over; takes the answers that there are then.</summary>
    /// <param name="database">Where to.</param>
    /// <param name="places">Which commands.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="time">The clock of the limit.</param>
    /// <returns>The first fault, and whether any command was answered.</returns>
    public async Task<(Exception? Fault, bool IsAnswered)> RunAsync(IDatabase database, IReadOnlyList<int> places, TimeSpan limit, TimeProvider time)
    {
        var sent = new Task<TResult>[places.Count];
        for (var i = 0; i < sent.Length; i++)
        {
            sent[i] = Send(database, _items[places[i]]);
        }

        var all = Task.WhenAll(sent);
        Exception? fault = null;
        try
        {
            await all.WaitAsync(limit, time);
        }
        catch (Exception failed) when (RedisFaults.IsRedis(failed))
        {
            fault = failed;
            Forget(all);
        }

        var isAnswered = false;
        for (var i = 0; i < sent.Length; i++)
        {
            if (sent[i].IsCompletedSuccessfully)
            {
                _replies[places[i]] = new RedisReply<TResult>(true, await sent[i]);
                isAnswered = true;
            }
        }

        return (fault, isAnswered);
    }

    /// <summary>A refusal of the client to send, like that of a write to a replica, is the fault of that command alone.</summary>
    private Task<TResult> Send(IDatabase database, TItem item)
    {
        try
        {
            return _send(database, item);
        }
        catch (Exception refused) when (RedisFaults.IsRedis(refused))
        {
            return Task.FromException<TResult>(refused);
        }
    }

    /// <summary>:: C7. A command that was given up still ends one day: its answer goes nowhere, and its failure is nobody's business.</summary>
    private static void Forget(Task task) =>
        _ = task.ContinueWith(static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
