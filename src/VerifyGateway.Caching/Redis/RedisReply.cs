namespace VerifyGateway.Caching.Redis;

/// <summary>What became of one command of a call.</summary>
/// <param name="IsAnswered">False when the command failed, was refused, took too long or was not sent.</param>
/// <param name="Value">The answer; nothing when there is none.</param>
internal readonly record struct RedisReply<TResult>(bool IsAnswered, TResult? Value);
