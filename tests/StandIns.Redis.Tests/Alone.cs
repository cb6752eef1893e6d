namespace StandIns.Redis.Tests;

/// <summary>Tests that measure the process (rate, threads, handles, memory): they run while nothing else does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
