"""Stores of one tenant each, in DynamoDB; keys are built in `tables`, requests are made in `dynamo`."""
