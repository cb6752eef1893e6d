using NBomberProbe;

// probe serve <port>                        an echo server, until it is killed
// probe run <kind> <report folder>          a short load test that ends as its kind says
// probe draws                            what random numbers a short load test draws
// probe rate <starts a second> <seconds>    an open load of nothing, for what the engine costs
return args switch
{
    ["serve", var port] => await EchoServer.RunAsync(int.Parse(port)),
    ["run", var kind, var folder] => LoadTests.Run(kind, folder),
    ["draws"] => LoadTests.Draws(),
    ["rate", var rate, var seconds] => LoadTests.Rate(int.Parse(rate), int.Parse(seconds)),
    _ => throw new ArgumentException($"unknown arguments: {string.Join(' ', args)}"),
};
