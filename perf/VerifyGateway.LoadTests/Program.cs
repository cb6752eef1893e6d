using VerifyGateway.LoadTests;

return await LoadProgram.RunAsync(args, Console.Out);
